#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/check.hpp"
#include "workloads/source.hpp"

namespace berth {
namespace {

// One job ahead of each source. A config names a handful of sources, so looking at all of them is
// as fast as a heap.
class Merged final : public JobSource {
 public:
  explicit Merged(std::vector<std::unique_ptr<JobSource>> sources) {
    for (auto& source : sources) {
      const auto number = static_cast<std::uint32_t>(inputs_.size());
      inputs_.push_back({std::move(source), number, Job{}, false});
    }
  }

  bool next(Job& job) override {
    if (!primed_) {
      for (Input& input : inputs_) {
        pull(input);
      }
      primed_ = true;
    }
    Input* first = nullptr;
    for (Input& input : inputs_) {
      if (input.has_job && (first == nullptr || input.ahead.submit < first->ahead.submit)) {
        first = &input;
      }
    }
    if (first == nullptr) {
      return false;
    }
    job = first->ahead;
    job.source = first->number;
    pull(*first);
    return true;
  }

  // The mean of the sources that know theirs.
  [[nodiscard]] std::optional<double> progress() const override {
    double sum = 0;
    int known = 0;
    for (const Input& input : inputs_) {
      if (const auto part = input.source->progress()) {
        sum += *part;
        ++known;
      }
    }
    return known == 0 ? std::nullopt : std::optional(sum / known);
  }
  [[nodiscard]] std::vector<SourceWarning> warnings() const override {
    std::vector<SourceWarning> all;
    for (const Input& input : inputs_) {
      const auto some = input.source->warnings();
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

 private:
  struct Input {
    std::unique_ptr<JobSource> source;
    std::uint32_t number;
    Job ahead;
    bool has_job;
  };

  static void pull(Input& input) {
    const SimTime before = input.ahead.submit;
    input.has_job = input.source->next(input.ahead);
    check(!input.has_job || input.ahead.submit >= before,
          "a source gives its jobs in order of submission");
  }

  std::vector<Input> inputs_;
  bool primed_ = false;
};

}  // namespace

std::unique_ptr<JobSource> merge_sources(std::vector<std::unique_ptr<JobSource>> sources) {
  return std::make_unique<Merged>(std::move(sources));
}

}  // namespace berth
