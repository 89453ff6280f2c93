// Who gets what of shared links: each job has one rate of at most 1 on all its links, and rates are
// weighted max-min fair: nobody's can rise but by lowering that of somebody who has no more. A
// change recomputes what it reaches: the jobs on the links it touches, then those whose rate
// follows from theirs, until nothing changes. A link that all its jobs together cannot fill holds
// nobody up and costs nothing.
#pragma once

#include <cstdint>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "core/ids.hpp"

namespace berth {

using LinkId = DomainId;  // the uplinks of a domain are one link, as much up as down

struct LinkUse {
  LinkId link;
  std::int64_t weight = 0;  // bytes per second at rate 1; > 0
};
using LinkUses = boost::container::small_vector<LinkUse, 4>;

class FairShare {
 public:
  // Capacities in bytes per second by link.
  explicit FairShare(std::vector<std::int64_t> capacities);

  // Each link once. REQUIRES: the job is not there.
  void add(JobId job, const LinkUses& uses);
  // REQUIRES: the job is there.
  void remove(JobId job);
  void set_capacity(LinkId link, std::int64_t capacity);

  [[nodiscard]] bool has(JobId job) const {
    return job.index() < jobs_.size() && jobs_[job.index()].present;
  }
  [[nodiscard]] double rate(JobId job) const { return jobs_[job.index()].rate; }
  [[nodiscard]] std::int64_t capacity(LinkId link) const { return links_[link.index()].capacity; }
  // Jobs whose rate the last call changed, in order of id; a job just added only if it is below 1.
  [[nodiscard]] const std::vector<JobId>& changed() const { return changed_; }

 private:
  struct OnLink {
    JobId job;
    std::int64_t weight = 0;
  };
  struct Link {
    std::int64_t capacity = 0;
    std::int64_t wanted = 0;  // by all its jobs at rate 1
    std::vector<OnLink> jobs;
    // What is known since it was last looked at: the highest rate on it where it is full.
    double level = 2;
    // While a change is worked on:
    double left = 0;
    double wanting = 0;
    bool touched = false;
    [[nodiscard]] bool narrow() const { return wanted > capacity; }
  };
  struct Use {
    LinkId link;
    std::uint32_t place = 0;  // in the jobs of the link
    std::int64_t weight = 0;
  };
  struct Sharer {
    boost::container::small_vector<Use, 4> uses;
    double rate = 1;
    double before = 1;  // the change
    bool present = false;
    bool active = false;  // its rate is being found
    bool fixed = false;   // ... and was
  };

  void touch(LinkId link);
  void touch_links(JobId job);
  void activate(JobId job);
  void settle();
  void solve();
  void open_links();
  void fix(JobId job, double rate);
  void measure();
  bool pull_in();
  void report();
  [[nodiscard]] bool held_up(const Sharer& job) const;
  Sharer& at(JobId job) { return jobs_[job.index()]; }

  std::vector<Link> links_;
  std::vector<Sharer> jobs_;  // by job
  std::vector<JobId> active_;
  std::vector<LinkId> touched_;  // narrow ones, of the change at hand
  std::vector<JobId> changed_;
};

}  // namespace berth
