// Jobs that a config lists one by one.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workloads/dependency_text.hpp"
#include "workloads/labels.hpp"
#include "workloads/limits.hpp"
#include "workloads/mixes.hpp"
#include "workloads/shape.hpp"
#include "workloads/synthetic.hpp"

namespace berth {
namespace {

constexpr std::int64_t jobs_most = 1'000'000;

struct Entry {
  std::string name;
  bool named = false;  // else that is its number
  Job job;             // its number is that of the first of its copies
  std::uint64_t copies = 1;
  std::uint32_t at_once = 0;  // of its copies; 0: any number
  std::string tenant;
  Labels labels;
  std::vector<NamedDependency> after;
};

std::uint32_t most_tasks(const Ask& ask) {
  return ask.tasks > 0 ? ask.tasks : std::max({1U, ask.whole_nodes, ask.gpus});
}

void check_molding(const Entry& entry, Setting map) {
  const std::uint32_t most = most_tasks(entry.job.ask);
  if (entry.labels.terms && entry.labels.terms->tasks_least > most) {
    map.at("terms")
        .at("tasks_least")
        .fail("is more than the " + std::to_string(most) + " that the job asks for at most");
  }
}

void check_segments(const Entry& entry, Setting map) {
  const std::uint32_t nodes = entry.job.ask.whole_nodes;
  const std::uint32_t segment = entry.labels.terms ? entry.labels.terms->segment : 0;
  if (segment > 0 && nodes > segment && nodes % segment != 0) {
    map.at("terms").at("segment").fail("does not divide the " + std::to_string(nodes) +
                                       " nodes of the job");
  }
}

Entry read_entry(Setting map, std::uint64_t number) {
  Entry entry;
  entry.name = read_name(map, "name", std::to_string(number));
  entry.named = map.find("name").has_value();
  entry.job.number = number;
  entry.job.submit = SimTime{map.duration_or("at", Duration{})};
  entry.job.ask = read_ask(map);
  entry.job.work = map.at("work").duration();
  entry.job.ends =
      static_cast<Ends>(map.choice_or("ends", "completed", {"completed", "failed", "cancelled"}));
  const auto limit = map.find("limit");
  entry.job.limit = limit ? limit->duration() : exact_limit(entry.job.work);
  if (entry.job.limit == Duration{}) {
    limit->fail("must be more than 0");
  }
  entry.copies = static_cast<std::uint64_t>(map.count_or("copies", 1, 1, jobs_most));
  entry.at_once = static_cast<std::uint32_t>(map.count_or("at_once", 0, 0, jobs_most));
  if (entry.at_once > 0 && entry.copies == 1) {
    map.at("at_once").fail("limits copies, but there is one", "give copies: N too");
  }
  entry.tenant = read_name(map, "tenant", default_name);
  entry.labels = Labels::read(map, "training", 0);
  check_molding(entry, map);
  check_segments(entry, map);
  if (const auto written = map.find("dependency")) {
    entry.after = read_dependencies(*written);
  }
  return entry;
}

// The jobs and what ties them, in order of submission; at one instant in that of the list.
class JobList {
 public:
  explicit JobList(Setting list) {
    for (const Setting item : list.items()) {
      add(item);
    }
    if (entries_.empty()) {
      list.fail("needs at least one job");
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      tie(entries_[i], settings_[i]);
    }
    std::ranges::stable_sort(entries_, {}, [](const Entry& entry) { return entry.job.submit; });
  }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::uint64_t jobs() const { return jobs_; }

 private:
  void add(Setting item) {
    Entry entry = read_entry(item, jobs_ + 1);
    if (!by_name_.emplace(entry.name, entries_.size()).second) {
      item.at("name").fail("stands twice: '" + entry.name + "'", "give each job a name of its own");
    }
    jobs_ += entry.copies;
    if (jobs_ > jobs_most) {
      item.fail("is one too many", "a list has at most 1000000 jobs");
    }
    entries_.push_back(std::move(entry));
    settings_.push_back(item);
  }

  // Puts dependencies and the array into the job's terms.
  void tie(Entry& entry, Setting item) {
    if (entry.after.empty() && entry.copies == 1) {
      return;
    }
    Terms terms = entry.labels.terms ? *entry.labels.terms : Terms{};
    for (const NamedDependency& on : entry.after) {
      if (on.kind == Dependency::Kind::singleton) {
        terms.after.push_back({on.kind, 0, {}});
        continue;
      }
      const Entry& other = earlier(on.job, entry, item.at("dependency"));
      for (std::uint64_t copy = 0; copy < other.copies; ++copy) {
        terms.after.push_back({on.kind, other.job.number + copy, on.delay});
      }
    }
    if (entry.copies > 1) {
      terms.array = entry.job.number;
      terms.array_limit = entry.at_once;
    }
    entry.labels.terms = std::make_shared<const Terms>(std::move(terms));
  }

  [[nodiscard]] const Entry& earlier(const std::string& name, const Entry& who,
                                     Setting dependency) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      dependency.fail("no job of the list is called '" + name + "'");
    }
    const Entry& other = entries_[found->second];
    const std::string circle = circle_from(other, who.name);
    if (!circle.empty()) {
      dependency.fail("jobs wait for one another: " + who.name + " for " + circle,
                      "one of them has to start first");
    }
    if (std::pair(other.job.submit, other.job.number) >=
        std::pair(who.job.submit, who.job.number)) {
      dependency.fail("job '" + name + "' is submitted later",
                      "a job waits for those that came before it");
    }
    return other;
  }

  // "b for c for a": how `from` waits for `goal`, or "".
  [[nodiscard]] std::string circle_from(const Entry& from, const std::string& goal) const {
    std::map<std::string, std::string> path{{from.name, from.name}};
    std::vector<std::string> open{from.name};
    while (!open.empty()) {
      const std::string name = open.back();
      open.pop_back();
      if (name == goal) {
        return path.at(name);
      }
      const auto found = by_name_.find(name);
      for (std::size_t i = 0; found != by_name_.end() && i < entries_[found->second].after.size();
           ++i) {
        const std::string& next = entries_[found->second].after[i].job;
        if (!next.empty() && path.emplace(next, path.at(name) + " for " + next).second) {
          open.push_back(next);
        }
      }
    }
    return "";
  }

  std::vector<Entry> entries_;
  std::vector<Setting> settings_;
  std::map<std::string, std::size_t> by_name_;
  std::uint64_t jobs_ = 0;
};

class ListedSource final : public JobSource {
 public:
  ListedSource(const JobList& list, std::uint32_t index, Catalog& catalog)
      : list_(list), catalog_(catalog) {
    for (const Entry& entry : list.entries()) {
      for (std::uint64_t copy = 0; entry.named && copy < entry.copies; ++copy) {
        catalog.jobs.add(
            index, entry.job.number + copy,
            entry.copies == 1 ? entry.name : entry.name + "_" + std::to_string(copy + 1));
      }
    }
  }

  bool next(Job& job) override {
    if (entry_ == list_.entries().size()) {
      return false;
    }
    const Entry& entry = list_.entries()[entry_];
    job = entry.labels.job(catalog_);
    job.number = entry.job.number + copy_;
    job.submit = entry.job.submit;
    job.ask = entry.job.ask;
    job.work = entry.job.work;
    job.ends = entry.job.ends;
    job.limit = entry.job.limit;
    job.tenant = catalog_.tenants.id(entry.tenant);
    ++given_;
    if (++copy_ == entry.copies) {
      copy_ = 0;
      ++entry_;
    }
    return true;
  }
  [[nodiscard]] std::optional<double> progress() const override {
    return static_cast<double>(given_) / static_cast<double>(list_.jobs());
  }

 private:
  const JobList& list_;
  Catalog& catalog_;
  std::size_t entry_ = 0;
  std::uint64_t copy_ = 0;
  std::uint64_t given_ = 0;
};

class Listed final : public Workload {
 public:
  explicit Listed(Setting setting) : list_(setting.at("jobs")) {}
  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey /*run*/, std::uint32_t index,
                                                Catalog& catalog) const override {
    return std::make_unique<ListedSource>(list_, index, catalog);
  }

 private:
  JobList list_;
};

}  // namespace

std::unique_ptr<const Workload> listed(Setting setting) {
  return std::make_unique<Listed>(setting);
}

}  // namespace berth
