#include "workloads/traces/swf.hpp"

#include <array>
#include <limits>
#include <optional>
#include <string_view>

#include "workloads/limits.hpp"
#include "workloads/number_set.hpp"
#include "workloads/traces/readers.hpp"
#include "workloads/traces/swf_line.hpp"

namespace berth {
namespace {

enum class Oddity : std::uint8_t {
  partial,
  cancelled,
  no_run_time,
  no_procs,
  no_estimate,
  overran,
};
constexpr std::array<std::string_view, 6> oddities{
    "lines of partial executions were dropped",
    "jobs that were cancelled before they ran were dropped",
    "jobs without a run time were dropped",
    "jobs without processors were dropped",
    "jobs without a requested time: their limit is their run time",
    "jobs that ran longer than they requested: they are stopped at their limit",
};

constexpr std::int64_t procs_most = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t id_most = std::numeric_limits<std::int32_t>::max();

// The names "user0", "user1" ... as ids of the catalog, without making the text for each job.
template <class IdType>
class NumberedNames {
 public:
  NumberedNames(Names<IdType>& names, std::string_view prefix) : names_(names), prefix_(prefix) {}

  IdType id(std::optional<std::int64_t> number) {
    if (!number) {
      return names_.id("unknown");
    }
    const auto place = static_cast<std::size_t>(*number);
    if (place >= remembered_most) {
      return names_.id(name(*number));
    }
    if (place >= known_.size()) {
      known_.resize(place + 1);
    }
    if (!known_[place]) {
      known_[place] = names_.id(name(*number));
    }
    return *known_[place];
  }

 private:
  static constexpr std::size_t remembered_most = 65'536;
  [[nodiscard]] std::string name(std::int64_t number) const {
    return prefix_ + std::to_string(number);
  }

  Names<IdType>& names_;
  std::string prefix_;
  std::vector<std::optional<IdType>> known_;
};

bool is_comment(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos || line[begin] == ';';
}

class SwfSource final : public JobSource {
 public:
  SwfSource(TextLines lines, const SwfOptions& options, Catalog& catalog)
      : lines_(std::move(lines)),
        options_(options),
        blank_(options.log.labels.job(catalog)),
        tenants_(catalog.tenants,
                 options.tenant_from == SwfOptions::TenantFrom::user ? "user" : "group"),
        partitions_(catalog.partitions, options.partition_from == SwfOptions::PartitionFrom::queue
                                            ? "queue"
                                            : "partition") {
    if (options.log.tenant) {
      tenant_ = catalog.tenants.id(*options.log.tenant);
    }
  }

  bool next(Job& job) override {
    while (const auto line = lines_.next()) {
      if (!is_comment(*line) && read(SwfLine(*line, lines_), job)) {
        any_ = true;
        return true;
      }
    }
    if (!any_) {
      throw InputError(Where{lines_.path()}, "holds no job");
    }
    return false;
  }
  [[nodiscard]] std::optional<double> progress() const override { return lines_.progress(); }
  [[nodiscard]] std::vector<SourceWarning> warnings() const override {
    std::vector<SourceWarning> all;
    for (std::size_t i = 0; i < oddities.size(); ++i) {
      if (counts_[i] > 0) {
        all.push_back({lines_.path() + ": " + std::string(oddities[i]), counts_[i]});
      }
    }
    return all;
  }

 private:
  // False when the line is dropped.
  bool read(const SwfLine& line, Job& job) {
    const auto status = line.count(SwfField::status, id_most);
    if (status && *status >= 2 && *status <= 4) {
      return drop(Oddity::partial);
    }
    job = blank_;
    job.number = take_number_of(line);
    job.submit = take_submit(line);
    constexpr std::int64_t cancelled = 5;
    return take_times(line, status == cancelled, job) && take_procs(line, job.ask) &&
           take_names(line, job);
  }

  std::uint64_t take_number_of(const SwfLine& line) {
    const auto number = line.count(SwfField::number, static_cast<std::int64_t>(NumberSet::most));
    if (!number) {
      line.fail(SwfField::number, "is -1", "number the jobs from 1");
    }
    if (!seen_.insert(static_cast<std::uint64_t>(*number))) {
      lines_.fail("job number " + std::to_string(*number) + " was used before",
                  "each job has a number of its own");
    }
    return static_cast<std::uint64_t>(*number);
  }

  SimTime take_submit(const SwfLine& line) {
    const auto submit = line.time(SwfField::submit);
    if (!submit) {
      line.fail(SwfField::submit, "is -1", "a job needs a time of submission");
    }
    if (*submit < last_submit_) {
      lines_.fail("submit time " + seconds_text(*submit) + " is before the line above (" +
                      seconds_text(last_submit_) + ")",
                  "sort the log by submit time, for example with sort -n -s -k2,2");
    }
    last_submit_ = *submit;
    return SimTime{*submit};
  }

  bool take_times(const SwfLine& line, bool cancelled, Job& job) {
    const auto run = line.time(SwfField::run);
    const auto requested = line.time(SwfField::requested_time);
    if (cancelled && run.value_or(Duration{}) == Duration{}) {
      return drop(Oddity::cancelled);
    }
    if (!run) {
      return drop(Oddity::no_run_time);
    }
    job.work = *run;
    job.limit = requested.value_or(Duration{});
    if (job.limit == Duration{}) {
      note(Oddity::no_estimate);
      job.limit = exact_limit(job.work);
    } else if (job.work > job.limit) {
      note(Oddity::overran);
    }
    return true;
  }

  bool take_procs(const SwfLine& line, Ask& ask) {
    const bool first_requested = options_.procs == SwfOptions::Procs::requested;
    const auto requested = line.count(SwfField::requested, procs_most).value_or(0);
    const auto allocated = line.count(SwfField::allocated, procs_most).value_or(0);
    std::int64_t procs = first_requested ? requested : allocated;
    if (procs == 0) {
      procs = first_requested ? allocated : requested;
    }
    if (procs == 0) {
      return drop(Oddity::no_procs);
    }
    if (options_.procs_as == SwfOptions::ProcsAs::gpus) {
      ask.gpus = static_cast<std::uint32_t>(procs);
    } else {
      const std::int64_t per_node = options_.procs_per_node;
      ask.whole_nodes = static_cast<std::uint32_t>((procs + per_node - 1) / per_node);
    }
    return true;
  }

  bool take_names(const SwfLine& line, Job& job) {
    using From = SwfOptions::PartitionFrom;
    const bool by_user = options_.tenant_from == SwfOptions::TenantFrom::user;
    job.tenant = tenant_
                     ? *tenant_
                     : tenants_.id(line.count(by_user ? SwfField::user : SwfField::group, id_most));
    if (options_.partition_from != From::none) {
      const bool by_queue = options_.partition_from == From::queue;
      job.partition =
          partitions_.id(line.count(by_queue ? SwfField::queue : SwfField::partition, id_most));
    }
    return true;
  }

  void note(Oddity oddity) { ++counts_[static_cast<std::size_t>(oddity)]; }
  bool drop(Oddity oddity) {
    note(oddity);
    return false;
  }

  TextLines lines_;
  SwfOptions options_;
  Job blank_;
  std::optional<TenantId> tenant_;
  NumberedNames<TenantId> tenants_;
  NumberedNames<PartitionId> partitions_;
  NumberSet seen_;
  Duration last_submit_{};
  std::array<std::uint64_t, oddities.size()> counts_{};
  bool any_ = false;
};

class Swf final : public Workload {
 public:
  explicit Swf(Setting setting) {
    options_.log = LogOptions::read(setting);
    const bool nodes = setting.choice_or("procs_as", "gpus", {"gpus", "nodes"}) == 1;
    if (nodes) {
      options_.procs_as = SwfOptions::ProcsAs::nodes;
      options_.procs_per_node = setting.count_or("procs_per_node", 1, 1, 1'000'000);
    } else if (const auto per_node = setting.find("procs_per_node")) {
      per_node->fail("goes with procs_as: nodes only");
    }
    options_.procs = static_cast<SwfOptions::Procs>(
        setting.choice_or("procs", "requested", {"requested", "allocated"}));
    options_.tenant_from = static_cast<SwfOptions::TenantFrom>(
        setting.choice_or("tenant_from", "user", {"user", "group"}));
    options_.partition_from = static_cast<SwfOptions::PartitionFrom>(
        setting.choice_or("partition_from", "none", {"none", "queue", "partition"}));
  }
  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey, std::uint32_t,
                                                Catalog& catalog) const override {
    return in_window(read_swf(TextLines::of_file(options_.log.path), options_, catalog),
                     options_.log);
  }
  [[nodiscard]] std::vector<std::string> files() const override { return {options_.log.path}; }

 private:
  SwfOptions options_;
};

}  // namespace

std::unique_ptr<JobSource> read_swf(TextLines lines, const SwfOptions& options, Catalog& catalog) {
  return std::make_unique<SwfSource>(std::move(lines), options, catalog);
}

SwfHeader read_swf_header(TextLines lines) {
  SwfHeader header;
  while (const auto line = lines.next()) {
    if (!is_comment(*line)) {
      break;
    }
    const std::size_t begin = line->find_first_not_of("; \t");
    const std::size_t colon = line->find(':');
    if (begin == std::string_view::npos || colon == std::string_view::npos || colon < begin) {
      continue;
    }
    const std::size_t value = line->find_first_not_of(" \t", colon + 1);
    header.emplace_back(line->substr(begin, colon - begin),
                        value == std::string_view::npos ? "" : line->substr(value));
  }
  return header;
}

std::unique_ptr<const Workload> swf(Setting setting) { return std::make_unique<Swf>(setting); }

}  // namespace berth
