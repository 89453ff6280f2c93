#include "workloads/traces/sacct.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/hostlist.hpp"
#include "workloads/limits.hpp"
#include "workloads/log_number.hpp"
#include "workloads/traces/readers.hpp"
#include "workloads/traces/sacct_fields.hpp"
#include "workloads/traces/sacct_table.hpp"
#include "workloads/traces/timestamp.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;

using Column = SacctTable::Column;

enum class Oddity : std::uint8_t { never_ran, runs_still, no_limit, stopped, overran, no_size };
constexpr std::array<std::string_view, 6> oddities{
    "jobs that never ran were dropped",
    "jobs that had not ended were dropped",
    "jobs without a time limit: their limit is their run time",
    "jobs that others stopped: their work is what they did until then",
    "jobs that ran longer than their limit: they are stopped at it",
    "jobs that asked for nothing were dropped",
};

std::string shown(std::string_view text) { return "'" + std::string(text) + "'"; }

class Reader {
 public:
  Reader(TextLines lines, const SacctOptions& options, Catalog& catalog)
      : table_(std::move(lines)),
        options_(options),
        catalog_(catalog),
        blank_(options.log.labels.job(catalog)) {
    for (const Column column : {Column::job_id, Column::submit}) {
      if (!table_.has(column)) {
        missing(SacctTable::name(column));
      }
    }
    if (!table_.has(Column::elapsed) && !table_.has(Column::elapsed_raw)) {
      missing("Elapsed");
    }
    if (!table_.has(Column::requested) && !table_.has(Column::allocated)) {
      missing("ReqTRES");
    }
  }

  std::vector<Job> read() {
    std::vector<Job> jobs;
    while (table_.next()) {
      read_line(jobs);
    }
    if (jobs.empty()) {
      throw InputError(Where{table_.path()}, "holds no job");
    }
    limit_arrays(jobs);
    std::ranges::stable_sort(jobs, {}, &Job::submit);
    const SimTime first = jobs.front().submit;
    std::ranges::for_each(jobs, [first](Job& job) { job.submit = SimTime{job.submit - first}; });
    return jobs;
  }

  [[nodiscard]] std::vector<SourceWarning> warnings() const {
    std::vector<SourceWarning> all;
    for (std::size_t i = 0; i < oddities.size(); ++i) {
      if (counts_[i] > 0) {
        all.push_back({table_.path() + ": " + std::string(oddities[i]), counts_[i]});
      }
    }
    return all;
  }

 private:
  [[noreturn]] void missing(std::string_view column) const {
    table_.fail_header("the header has no column " + shown(column));
  }
  void note(Oddity oddity) { counts_[static_cast<std::size_t>(oddity)] += on_line_; }

  // The job, or the tasks of an array that are on the line; nothing when it is left out.
  void read_line(std::vector<Job>& jobs) {
    const auto id = parse_sacct_id(table_[Column::job_id]);
    if (!id) {
      table_.fail(Column::job_id, "is no job id: " + shown(table_[Column::job_id]));
    }
    if (id->step) {
      return;
    }
    if (id->at_once > 0) {
      at_once_[id->job] = id->at_once;
    }
    on_line_ = std::max<std::size_t>(id->tasks.size(), 1);
    Job job = blank_;
    job.submit = read_submit();
    if (!read_times(job) || !read_size(job.ask)) {
      return;
    }
    read_names(job, id->array ? id->job : 0);
    for (std::size_t i = 0; i < on_line_; ++i) {
      job.number = id->tasks.empty() ? id->number : id->number_of(id->tasks[i]);
      if (!seen_.insert(job.number).second) {
        table_.fail(Column::job_id, shown(table_[Column::job_id]) + " stands twice",
                    "print it without --duplicates");
      }
      jobs.push_back(job);
    }
  }

  // How many tasks of an array run at once stands on a line for those that wait, if anywhere.
  void limit_arrays(std::vector<Job>& jobs) {
    std::map<std::shared_ptr<const Terms>, std::shared_ptr<const Terms>> limited;
    for (Job& job : jobs) {
      const auto limit = job.terms ? at_once_.find(job.terms->array) : at_once_.end();
      if (limit == at_once_.end()) {
        continue;
      }
      auto& terms = limited[job.terms];
      if (!terms) {
        Terms more = *job.terms;
        more.array_limit = limit->second;
        terms = std::make_shared<const Terms>(std::move(more));
      }
      job.terms = terms;
    }
  }

  [[nodiscard]] SimTime read_submit() const {
    const std::string_view text = table_[Column::submit];
    const auto time = parse_timestamp(text);
    const auto epoch = time ? std::nullopt : parse_log_number(text);  // SLURM_TIME_FORMAT=%s
    const auto seconds = epoch ? epoch->seconds() : time;
    if (!seconds) {
      table_.fail(Column::submit, "must be a date and time, is " + shown(text),
                  "expected YYYY-MM-DDTHH:MM:SS or seconds since 1970");
    }
    return SimTime{*seconds};
  }

  // A length of time in the first of two columns that is there, the second in whole units.
  [[nodiscard]] Duration read_length(Column written, Column raw, Duration unit) const {
    const Column column = table_.has(written) ? written : raw;
    const std::string_view text = table_[column];
    std::optional<Duration> length;
    if (column == written) {
      length = parse_slurm_length(text);
    } else if (const auto number = parse_log_number(text); number && number->seconds()) {
      constexpr std::int64_t most = 4'000'000'000;
      length = number->whole <= most ? std::optional(unit * number->whole) : std::nullopt;
    }
    if (!length) {
      table_.fail(column, "must be a length of time, is " + shown(text),
                  column == written ? "expected [DAYS-]HOURS:MINUTES:SECONDS" : "");
    }
    return *length;
  }

  [[nodiscard]] SacctState read_state() const {
    if (!table_.has(Column::state)) {
      return SacctState::completed;
    }
    const auto state = parse_sacct_state(table_[Column::state]);
    if (!state) {
      table_.fail(Column::state, "is no state of a job: " + shown(table_[Column::state]));
    }
    return *state;
  }

  bool read_times(Job& job) {
    const SacctState state = read_state();
    if (state == SacctState::running) {
      note(Oddity::runs_still);
      return false;
    }
    job.work = read_length(Column::elapsed, Column::elapsed_raw, 1s);
    const bool ran = job.work > Duration{} || state == SacctState::completed;
    if (state == SacctState::waiting || !ran) {
      note(Oddity::never_ran);
      return false;
    }
    if (state == SacctState::stopped) {
      note(Oddity::stopped);
    }
    read_limit(state, job);
    return true;
  }

  void read_limit(SacctState state, Job& job) {
    const std::string_view text =
        table_[table_.has(Column::time_limit) ? Column::time_limit : Column::time_limit_raw];
    const bool none = text.empty() || text == "UNLIMITED" || text == "Partition_Limit";
    job.limit = none ? Duration{} : read_length(Column::time_limit, Column::time_limit_raw, 1min);
    if (job.limit == Duration{}) {
      note(Oddity::no_limit);
      job.limit = exact_limit(job.work);
    } else if (state == SacctState::timeout) {
      job.work = std::max(job.work, job.limit + Duration(1s));
    } else if (job.work > job.limit) {
      note(Oddity::overran);
    }
  }

  bool read_size(Ask& ask) {
    const bool allocated = options_.sizes == SacctOptions::Sizes::allocated;
    Column column = allocated ? Column::allocated : Column::requested;
    if (table_[column].empty()) {
      column = allocated ? Column::requested : Column::allocated;
    }
    std::string why;
    auto tres = parse_sacct_tres(table_[column], why);
    if (!tres) {
      table_.fail(column, why);
    }
    tres->nodes = tres->nodes > 0 ? tres->nodes : nodes_listed();
    gpu_model_ = tres->gpu_model;
    ask.gpus = static_cast<std::uint32_t>(tres->gpus);
    if (ask.gpus == 0 || !options_.only_gpus) {
      ask.cpu_milli = tres->cpus * 1000;
      ask.memory = tres->memory;
    }
    const auto nodes = static_cast<std::uint32_t>(tres->nodes);
    ask.tasks = nodes > 1 && ask.gpus % nodes == 0 ? nodes : 0;
    if (ask.gpus == 0 && ask.cpu_milli == 0) {
      note(Oddity::no_size);
      return false;
    }
    return true;
  }

  [[nodiscard]] std::int64_t nodes_listed() const {
    const std::string_view list = table_[Column::node_list];
    if (list.empty() || list == "None assigned" || list == "(null)") {
      return 0;
    }
    try {
      return static_cast<std::int64_t>(expand_hostlist(list).size());
    } catch (const InputError& error) {
      table_.fail(Column::node_list, error.what());
    }
  }

  // `array`: that it is a task of; 0: none.
  void read_names(Job& job, std::uint64_t array) {
    const Column user =
        options_.tenant_from == SacctOptions::TenantFrom::user ? Column::user : Column::account;
    const std::string_view tenant = options_.log.tenant ? *options_.log.tenant : table_[user];
    job.tenant = catalog_.tenants.id(tenant.empty() ? default_name : tenant);
    std::string_view partition = table_[Column::partition];
    partition = partition.substr(0, partition.find(','));  // of several, the first
    if (options_.partition_from_log && !partition.empty()) {
      job.partition = catalog_.partitions.id(partition);
    }
    job.terms = terms(array);
  }

  // What the config says of all jobs, with the account, QOS, GPU model and array of this one.
  std::shared_ptr<const Terms> terms(std::uint64_t array) {
    const Named named{table_[Column::account], table_[Column::qos], gpu_model_, array};
    const auto [at, fresh] = terms_.try_emplace(named);
    if (fresh && (named == Named{})) {
      at->second = blank_.terms;
    } else if (fresh) {
      Terms one = blank_.terms ? *blank_.terms : Terms{};
      const auto& [account, qos, model, task_of] = named;
      one.array = task_of;
      one.account = one.account.empty() ? account : one.account;
      one.qos = one.qos.empty() ? qos : one.qos;
      if (one.gpu_models.empty() && !model.empty()) {
        one.gpu_models = {model};
      }
      at->second = std::make_shared<const Terms>(std::move(one));
    }
    return at->second;
  }

  using Named = std::tuple<std::string, std::string, std::string, std::uint64_t>;

  SacctTable table_;
  const SacctOptions& options_;
  Catalog& catalog_;
  Job blank_;
  std::string gpu_model_;    // of the present line
  std::size_t on_line_ = 1;  // so many jobs
  std::set<std::uint64_t> seen_;
  std::map<std::uint64_t, std::uint32_t> at_once_;  // by array
  std::map<Named, std::shared_ptr<const Terms>> terms_;
  std::array<std::uint64_t, oddities.size()> counts_{};
};

class SacctSource final : public JobSource {
 public:
  SacctSource(std::vector<Job> jobs, std::vector<SourceWarning> warnings)
      : jobs_(std::move(jobs)), warnings_(std::move(warnings)) {}
  bool next(Job& job) override {
    if (given_ == jobs_.size()) {
      return false;
    }
    job = jobs_[given_++];
    return true;
  }
  [[nodiscard]] std::optional<double> progress() const override {
    return static_cast<double>(given_) / static_cast<double>(jobs_.size());
  }
  [[nodiscard]] std::vector<SourceWarning> warnings() const override { return warnings_; }

 private:
  std::vector<Job> jobs_;
  std::vector<SourceWarning> warnings_;
  std::size_t given_ = 0;
};

class Sacct final : public Workload {
 public:
  explicit Sacct(Setting setting) {
    options_.partition_from_log = !setting.find("partition");
    options_.log = LogOptions::read(setting);
    options_.sizes = setting.choice_or("sizes", "requested", {"requested", "allocated"}) == 0
                         ? SacctOptions::Sizes::requested
                         : SacctOptions::Sizes::allocated;
    options_.tenant_from = setting.choice_or("tenant_from", "user", {"user", "account"}) == 0
                               ? SacctOptions::TenantFrom::user
                               : SacctOptions::TenantFrom::account;
    options_.only_gpus = setting.flag_or("only_gpus", false);
  }
  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey /*run*/, std::uint32_t /*index*/,
                                                Catalog& catalog) const override {
    return in_window(read_sacct(TextLines::of_file(options_.log.path), options_, catalog),
                     options_.log);
  }
  [[nodiscard]] std::vector<std::string> files() const override { return {options_.log.path}; }

 private:
  SacctOptions options_;
};

}  // namespace

std::unique_ptr<JobSource> read_sacct(TextLines lines, const SacctOptions& options,
                                      Catalog& catalog) {
  Reader reader(std::move(lines), options, catalog);
  auto jobs = reader.read();
  return std::make_unique<SacctSource>(std::move(jobs), reader.warnings());
}

std::unique_ptr<const Workload> sacct(Setting setting) { return std::make_unique<Sacct>(setting); }

}  // namespace berth
