// Slurm's choice of victims as one would write it from its description: lists that are sorted anew,
// and an occupancy built from nothing for each question.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "scheduler/placer.hpp"

namespace berth::testing {

struct NaiveRunning {
  Request request;  // with its id and sequence
  Placement placement;
  SimTime since{};
};

struct NaiveSlurmPreemption {  // by priority
  bool youngest_first = false;
  std::uint32_t reorder = 1;
  Duration exempt{};

  struct Answer {
    std::vector<JobId> victims;
    Placement placement;
  };
  using Jobs = std::vector<const NaiveRunning*>;

  [[nodiscard]] static Occupancy without(const Fleet& fleet,
                                         const std::vector<NaiveRunning>& running,
                                         const Jobs& removed) {
    Occupancy free(fleet);
    for (const NaiveRunning& one : running) {
      if (std::count(removed.begin(), removed.end(), &one) == 0) {
        free.take(one.request.shape, one.placement);
      }
    }
    return free;
  }
  [[nodiscard]] static std::size_t shared_nodes(const NaiveRunning& one, const Placement& place) {
    std::size_t shared = 0;
    for (const Part& a : one.placement) {
      for (const Part& b : place) {
        shared += a.node == b.node ? 1U : 0U;
      }
    }
    return shared;
  }

  [[nodiscard]] std::optional<Answer> answer(const Fleet& fleet,
                                             const std::vector<NaiveRunning>& running,
                                             const Request& request, SimTime now,
                                             const Placer& placer) const {
    Jobs jobs;
    for (const NaiveRunning& one : running) {
      if (one.request.priority < request.priority && now - one.since >= exempt) {
        jobs.push_back(&one);
      }
    }
    std::sort(jobs.begin(), jobs.end(), [this](const auto* a, const auto* b) {
      const auto size = [](const auto* job) { return job->request.shape.total_gpu_milli(); };
      if (a->request.priority != b->request.priority) {
        return a->request.priority < b->request.priority;
      }
      if (youngest_first && a->since != b->since) {
        return a->since > b->since;
      }
      if (!youngest_first && size(a) != size(b)) {
        return size(a) < size(b);
      }
      return a->request.sequence > b->request.sequence;
    });
    auto found = one_by_one(fleet, running, request, now, placer, jobs);
    for (std::uint32_t i = 0; found && found->first.size() > 1 && i < reorder; ++i) {
      const NaiveRunning* last = found->first.back();
      std::erase(jobs, last);
      std::stable_sort(jobs.begin(), jobs.end(), [&](const auto* a, const auto* b) {
        return shared_nodes(*a, found->second) > shared_nodes(*b, found->second);
      });
      jobs.insert(jobs.begin(), last);
      found = one_by_one(fleet, running, request, now, placer, jobs);
    }
    if (!found) {
      return std::nullopt;
    }
    return Answer{needed(fleet, running, request, *found), found->second};
  }

 private:
  using Found = std::optional<std::pair<Jobs, Placement>>;

  [[nodiscard]] static Found one_by_one(const Fleet& fleet,
                                        const std::vector<NaiveRunning>& running,
                                        const Request& request, SimTime now, const Placer& placer,
                                        const Jobs& jobs) {
    Jobs removed;
    for (const NaiveRunning* job : jobs) {
      removed.push_back(job);
      const Occupancy free = without(fleet, running, removed);
      if (auto placement = placer.place(request, {free, now, RunKey{}})) {
        return std::pair(removed, std::move(*placement));
      }
    }
    return std::nullopt;
  }

  // Who holds a chosen GPU, then others on the chosen nodes for their CPU and memory; and of those
  // nobody without whom it would do.
  [[nodiscard]] static std::vector<JobId> needed(const Fleet& fleet,
                                                 const std::vector<NaiveRunning>& running,
                                                 const Request& request,
                                                 const std::pair<Jobs, Placement>& found) {
    const auto& [removed, place] = found;
    const auto does = [&](const Jobs& jobs) {
      return without(fleet, running, jobs).has(request.shape, place);
    };
    Jobs stop;
    Jobs neighbours;
    for (const NaiveRunning* job : removed) {
      bool on_gpu = false;
      for (const Part& a : job->placement) {
        for (const Part& b : place) {
          on_gpu = on_gpu || (a.node == b.node && (a.gpus & b.gpus) != 0);
        }
      }
      if (on_gpu) {
        stop.push_back(job);
      } else if (shared_nodes(*job, place) > 0) {
        neighbours.push_back(job);
      }
    }
    for (const NaiveRunning* job : neighbours) {
      if (!does(stop)) {
        stop.push_back(job);
      }
    }
    for (std::size_t i = stop.size(); i-- > 0;) {
      Jobs rest;
      for (const NaiveRunning* job : stop) {
        if (job != stop[i]) {
          rest.push_back(job);
        }
      }
      if (does(rest)) {
        stop.swap(rest);
      }
    }
    std::vector<JobId> ids;
    for (const NaiveRunning* job : removed) {
      if (std::count(stop.begin(), stop.end(), job) != 0) {
        ids.push_back(job->request.id);
      }
    }
    return ids;
  }
};

}  // namespace berth::testing
