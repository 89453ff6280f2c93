#include "simulator/failures/failure_source.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/check.hpp"
#include "scheduler/maker.hpp"

namespace berth {
namespace {

#define FAILURES(name, does) Maker<const FailureProcess>{#name, does, name},
constexpr std::array processes{
    Maker<const FailureProcess>{"none", "nothing fails",
                                [](Setting) { return std::unique_ptr<const FailureProcess>(); }},
#include "simulator/failures/failures.inc"
};
#undef FAILURES

class Merged final : public FailureSource {
 public:
  struct Input {
    std::unique_ptr<FailureSource> source;
    const std::vector<std::uint32_t>* cause_of = nullptr;  // null: as they are
    Failure ahead{};
    bool more = false;
  };

  explicit Merged(std::vector<Input> inputs) : inputs_(std::move(inputs)) {
    std::ranges::for_each(inputs_, pull);
  }

  bool next(Failure& failure) override {
    Input* first = nullptr;
    for (Input& input : inputs_) {
      if (input.more && (first == nullptr || input.ahead.at < first->ahead.at)) {
        first = &input;
      }
    }
    if (first == nullptr) {
      return false;
    }
    failure = std::move(first->ahead);
    if (first->cause_of != nullptr) {
      failure.cause = (*first->cause_of)[failure.cause];
    }
    pull(*first);
    return true;
  }

 private:
  static void pull(Input& input) {
    const SimTime before = input.ahead.at;
    input.more = input.source->next(input.ahead);
    check(!input.more || input.ahead.at >= before, "failures come in order of time");
  }

  std::vector<Input> inputs_;
};

}  // namespace

std::unique_ptr<FailureSource> merge_failures(std::vector<std::unique_ptr<FailureSource>> sources) {
  std::vector<Merged::Input> inputs(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    inputs[i].source = std::move(sources[i]);
  }
  return std::make_unique<Merged>(std::move(inputs));
}

std::unique_ptr<const FailureProcess> make_failures(Setting setting) {
  return make(processes, setting);
}
std::vector<std::string_view> failure_kinds() { return names(processes); }
std::string_view failure_summary(std::string_view name) { return summary(processes, name); }

void Reliability::add(std::unique_ptr<const FailureProcess> process) {
  std::vector<std::uint32_t>& ours = cause_of_.emplace_back();
  for (const std::string& name : process->causes()) {
    const auto known = std::ranges::find(causes_, name);
    ours.push_back(static_cast<std::uint32_t>(known - causes_.begin()));
    if (known == causes_.end()) {
      causes_.push_back(name);
    }
  }
  processes_.push_back(std::move(process));
}

std::unique_ptr<FailureSource> Reliability::open(RunKey run, const Topology& topology) const {
  std::vector<Merged::Input> inputs;
  for (std::uint32_t i = 0; i < processes_.size(); ++i) {
    inputs.push_back({processes_[i]->open(run, i, topology), &cause_of_[i]});
  }
  return std::make_unique<Merged>(std::move(inputs));
}

double Reliability::interruptions_per_node_second(const Topology& topology) const {
  double sum = 0;
  for (const auto& process : processes_) {
    sum += process->interruptions_per_node_second(topology);
  }
  return sum;
}

bool Reliability::slows() const {
  return std::ranges::any_of(processes_, [](const auto& process) { return process->slows(); });
}

std::optional<Flaps> Reliability::flaps() const {
  for (const auto& process : processes_) {
    if (const auto flaps = process->flaps()) {
      return flaps;
    }
  }
  return std::nullopt;
}

void Reliability::check_topology(const Topology& topology) const {
  for (const auto& process : processes_) {
    process->check_topology(topology);
  }
}

std::vector<std::string> Reliability::files() const {
  std::vector<std::string> all;
  for (const auto& process : processes_) {
    for (std::string& file : process->files()) {
      all.push_back(std::move(file));
    }
  }
  return all;
}

}  // namespace berth
