// Schedules as pictures. A job is a line "name gpus estimate [runs]" and comes at 0s in the order
// written, unless "@5" says when; "%1" is its partition, "^1" its tenant. A number of 100 or more
// is a share of one GPU in thousandths. The picture has a row a GPU and a character a second.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/scheduler/driver.hpp"
#include "tests/scheduler/pictures.hpp"

namespace berth::testing {

struct Named {
  char name = '?';
  TestJob job;
};

inline Named parsed(const std::string& line) {
  std::istringstream words(line);
  Named one;
  std::uint32_t gpus = 0;
  int estimate = 0;
  words >> one.name >> gpus >> estimate;
  int runs = estimate;
  for (std::string word; words >> word;) {
    const std::string rest = word.substr(1);
    if (word[0] == '@') {
      one.job.submit = SimTime{} + std::chrono::seconds(std::stoi(rest));
    } else if (word[0] == '%') {
      one.job.partition = PartitionId(static_cast<std::uint32_t>(std::stoul(rest)));
    } else if (word[0] == '^') {
      one.job.tenant = TenantId(static_cast<std::uint32_t>(std::stoul(rest)));
    } else {
      runs = std::stoi(word);
    }
  }
  one.job.shape = gpus >= 100 ? Shape{1, 0, 0, 0, gpus} : tasks(gpus, 1);
  one.job.estimate = std::chrono::seconds(estimate);
  one.job.runs = std::chrono::seconds(runs);
  return one;
}

class Gantt final : public Driver {
 public:
  Gantt(Policy policy, const Fleet& fleet, const std::vector<Named>& jobs,
        const std::vector<TestTurn>& turns = {})
      : Driver(std::move(policy), fleet, {}),
        jobs_(jobs),
        gpus_per_node_(fleet.gpus_per_node()),
        rows_(fleet.gpus()) {
    std::vector<TestJob> list;
    for (const Named& one : jobs) {
      list.push_back(one.job);
    }
    run(list, turns);
  }

  [[nodiscard]] std::string picture() const {
    std::size_t width = 0;
    for (const std::string& row : rows_) {
      width = std::max(width, row.size());
    }
    std::string all;
    for (const std::string& row : rows_) {
      all += "\n" + row + std::string(width - row.size(), '.');
    }
    return all;
  }

 private:
  void planned(const std::vector<Draft::Start>& starts) override {
    for (const Draft::Start& start : starts) {
      const Named& one = jobs_[number(start.job)];
      for (const Part& part : start.placement) {
        for (std::uint32_t gpu = 0; gpu < gpus_per_node_; ++gpu) {
          if ((part.gpus >> gpu & 1U) != 0) {
            draw(rows_[part.node.index() * gpus_per_node_ + gpu], one);
          }
        }
      }
    }
  }

  void draw(std::string& row, const Named& one) const {
    constexpr auto second = std::chrono::seconds(1);
    row.resize(static_cast<std::size_t>((now() - SimTime{}) / second), '.');
    row += std::string(static_cast<std::size_t>(one.job.runs / second), one.name);
  }

  const std::vector<Named>& jobs_;
  std::uint32_t gpus_per_node_;
  std::vector<std::string> rows_;
};

// On nodes of so many GPUs each. A gang has one GPU on each of so many nodes.
inline std::string schedule(std::unique_ptr<Backfill> backfill, std::uint32_t nodes,
                            const std::vector<std::string>& lines,
                            std::unique_ptr<JobOrder> order = fifo(),
                            std::uint32_t gpus_per_node = 1) {
  std::vector<Named> jobs;
  for (const std::string& line : lines) {
    jobs.push_back(parsed(line));
  }
  const Fleet fleet = uniform(nodes, gpus_per_node);
  Policy policy{std::move(order), first_fit(), std::move(backfill), Planning::per_instant, {}};
  return Gantt(std::move(policy), fleet, jobs).picture();
}

}  // namespace berth::testing
