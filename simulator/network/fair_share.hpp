// Who gets what of shared links: each job has one rate of at most 1 on all its links, and rates are
// weighted max-min fair: nobody's can rise but by lowering that of somebody who has no more. A
// change recomputes what it reaches: the jobs on the links it touches, then those whose rate
// follows from theirs, until nothing changes. A link that all its jobs together cannot fill holds
// nobody up and costs nothing.
//
// Why that is enough: rates are fair when every job below 1 has a bottleneck, a full link on which
// nobody has a higher rate (Bertsekas and Gallager, Data Networks, 6.5.2), and only one set of
// rates is.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
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

class LinkShares {
 public:
  // Capacities in bytes per second by link.
  explicit LinkShares(const std::vector<std::int64_t>& capacities);

  // Each link once. REQUIRES: the job is not there.
  void add(JobId job, const LinkUses& uses);
  // REQUIRES: the job is there.
  void remove(JobId job);
  void set_capacity(LinkId link, std::int64_t capacity);

  [[nodiscard]] double rate(JobId job) const { return jobs_[job.index()].rate; }
  [[nodiscard]] std::int64_t capacity(LinkId link) const { return links_[link.index()].capacity; }
  // Jobs whose rate the last call changed, in order of id; one just added if it is below 1.
  [[nodiscard]] const std::vector<JobId>& changed() const { return changed_; }

 private:
  static constexpr double not_full = std::numeric_limits<double>::infinity();

  struct OnLink {
    JobId job;
    std::int64_t weight = 0;
  };
  struct Link {
    std::int64_t capacity = 0;
    std::int64_t wanted = 0;  // by all its jobs at rate 1
    std::vector<OnLink> jobs;
    double level = not_full;   // the highest rate on it if it is full
    bool touched = false;      // by the change at hand
    double left = 0;           // while rates are found: for those that have none yet,
    std::int64_t wanting = 0;  // who want so much
    [[nodiscard]] bool narrow() const { return wanted > capacity; }
    [[nodiscard]] double share() const {
      return left > 0 ? left / static_cast<double>(wanting) : 0;
    }
  };
  struct Use {
    LinkId link;
    std::uint32_t place = 0;  // in the jobs of the link
    std::int64_t weight = 0;
  };
  struct Sharer {
    boost::container::small_vector<Use, 4> uses;
    double rate = 1;
    double before = 1;  // the change at hand
    bool present = false;
    bool active = false;   // the change at hand reached it
    bool waiting = false;  // for its rate
  };
  using Heap = std::vector<std::pair<double, LinkId>>;  // smallest share first

  void touch(LinkId link);
  void activate(JobId job);
  void leave(const Use& use);
  void settle();
  void find_rates();
  void open_links();
  void give(JobId job, double rate);
  void measure();
  void examine(JobId job);
  bool pull_in();
  void report();
  [[nodiscard]] bool held_up(const Sharer& sharer) const;
  Link& link(LinkId id) { return links_[id.index()]; }
  [[nodiscard]] const Link& link(LinkId id) const { return links_[id.index()]; }
  Sharer& sharer(JobId id) { return jobs_[id.index()]; }

  std::vector<Link> links_;
  std::vector<Sharer> jobs_;     // by job
  std::vector<LinkId> touched_;  // by the change at hand
  std::vector<JobId> active_;
  std::vector<JobId> reached_;  // scratch: to be activated next
  Heap heap_;
  std::vector<JobId> changed_;
};

}  // namespace berth
