// One run: a clock pops events, events change the cluster, the scheduler plans, sinks are told.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/cluster.hpp"
#include "core/event_queue.hpp"
#include "core/random.hpp"
#include "scheduler/scheduler.hpp"
#include "simulator/allocator/allocator.hpp"
#include "simulator/events.hpp"
#include "simulator/failures/failure_source.hpp"
#include "simulator/failures/repair_crews.hpp"
#include "simulator/network/network_model.hpp"
#include "simulator/records.hpp"
#include "simulator/run_options.hpp"
#include "simulator/shapes.hpp"
#include "simulator/storage.hpp"
#include "simulator/upgrades.hpp"
#include "workloads/source.hpp"

namespace berth {

class Simulation : private Premises {
 public:
  // All outlive the simulation; the policy is used by it alone.
  Simulation(const Fleet& fleet, JobSource& source, Policy& policy, RunOptions options,
             std::vector<Sink*> sinks);

  // Called at the start and every 4,096 events; throw from it to stop the run.
  void on_progress(std::function<void(const RunProgress&)> report) { report_ = std::move(report); }

  // The wiring gives this from `at` on. REQUIRES: before run(), with a network model.
  void rewire(SimTime at, Network network);

  // From `at` on nobody starts on these nodes, whichever door he came through; who runs there
  // stays. They open again at `until`, where nobody else has closed them. REQUIRES: before run().
  void drain(Drain drain);

  // REQUIRES: before run(). The run goes on until it is over, or to its horizon.
  void upgrade(Upgrade plan);

  void run();

  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] SimTime now() const { return now_; }
  [[nodiscard]] const SchedulerCounts& scheduler() const { return scheduler_.counts(); }

 private:
  struct Ending {
    EventHandle release;
    EventHandle end;
  };
  struct Running {  // where the network decides how fast, or somebody may have to yield
    Pace pace;
    Ending ending;
    Victim leaves;                              // while it has its grace
    std::shared_ptr<const LiveJob> leaves_for;  // as it was then; it may be gone by the end
    EventHandle leaving;
    EventHandle saving;
    std::int64_t checkpoint = 1;  // the next one since its start
    Duration saves{};             // what the one that is being written saves of its work
    bool stands = false;          // until that is written
  };
  enum class From : std::uint8_t { queue, source };
  struct Upcoming {
    SimTime at;
    From from;
  };
  void handle(const Release& release);
  void handle(const End& end);
  void handle(const Yields& yields);
  void handle(const Arrive& arrive);
  void handle(const Wake& wake);
  void handle(const Rewire& rewire);
  void handle(const Turn& turn);
  void handle(const Saves& saves);
  void handle(const Written& written);
  void handle(const Fails& fails);
  void handle(const Noticed& noticed);
  void handle(const Moves& moves);
  void handle(const Leasing& leasing);
  void handle(const Tested& tested);
  void handle(const CrewsMove& moves);
  void handle(const Relapses& relapses);
  void handle(const Departs& departs);
  void handle(const LinkUp& up);
  void handle(const UpgradeDue& due);
  void happen(SimTime at, const Event& event);
  void pull();
  std::optional<Upcoming> upcoming();
  void give_back(JobId id);
  [[nodiscard]] std::string never(const Request& request);
  [[nodiscard]] bool wants_blocks_alone(const Job& job) const;
  void plan();
  void start(const Draft::Start& start);
  void start_at_full_speed(const Draft::Start& start);
  void start_at_pace(const Draft::Start& start);
  void warn(const Yielding& yielding);
  void yield(const Victim& victim, const LiveJob& by);
  void leave_cluster(JobId id);
  void free_gone();
  enum class Back : std::uint8_t { to_saved, to_right };  // to its last checkpoint that is right
  [[nodiscard]] Stint stint_of(JobId id, Yield how, Back back = Back::to_saved) const;
  void take_up_again(const Draft::Start& start);
  void back_to_queue(JobId id, Yield how, const Placement& placement);
  [[nodiscard]] bool tracks() const {
    return paces() || policy_.preemption || options_.failures != nullptr || allocator_ != nullptr ||
           !upgrades_.empty();
  }
  // What it did since its start, as a length at full speed.
  [[nodiscard]] Duration worked(JobId id) const;
  [[nodiscard]] EndState end_of(JobId id) const;

  // --- leases (simulation_leases.cpp)
  // ----------------------------------------------------------------
  [[nodiscard]] std::unique_ptr<Allocator> allocator();
  void call_at(SimTime at, LeaseDue due) override;
  void move(NodeId node, NodeState to) override;
  void send(NodeId node, std::vector<Stage> course) override;
  void clear(const std::vector<NodeId>& nodes) override;
  void told(const LeaseTold& record) override;
  // Beyond those of failures: what is done to nodes and jobs for leases, and for upgrades.
  [[nodiscard]] std::uint32_t cause_of_leases() const;
  [[nodiscard]] std::uint32_t cause_of_upgrades() const { return cause_of_leases() + 1; }
  [[nodiscard]] std::string_view cause_name(std::uint32_t cause) const;
  [[nodiscard]] std::vector<JobId> jobs_on(const std::vector<NodeId>& nodes) const;

  // --- failures (simulation_failures.cpp, simulation_nodes.cpp)
  // --------------------------------------
  struct Undetected {
    Failure failure;
    std::vector<std::pair<JobId, std::uint64_t>> victims;  // of software: and their starts so far
  };
  struct Course {  // of a node that is draining or out of service
    std::vector<Stage> stages;
    std::size_t at = 0;  // stages.size(): all are over
    std::uint32_t cause = 0;
    SimTime not_before{};  // what it stands in is out until then
    NodeState becomes = NodeState::production;
    bool planned = false;                          // no spare stands in
    SimTime averts = berth::never;                 // the failure that it prevents
    std::shared_ptr<const Failure> comes_again{};  // that which it does not mend
    EventHandle ends;
  };
  void pull_failure();
  void befall(Failure&& failure);
  [[nodiscard]] bool is_spared(const Failure& failure) const;
  void relapse(const Failure& failure);
  bool gives_up(NodeId node);
  void notice(const Undetected& noticed);
  void hang(JobId id, const Placement& placement);
  void hang_on_broken_nodes(const Draft::Start& start);
  [[nodiscard]] std::vector<JobId> hit_by(const Undetected& failure) const;
  [[nodiscard]] std::uint32_t held_milli(NodeId node) const;  // of GPUs
  void mark_broken(const Failure& failure, std::int32_t more);
  void interrupt(JobId id, std::uint32_t cause, const Failure* failure = nullptr,
                 Back back = Back::to_saved);
  void requeue_interrupted();
  void heed(const Failure& warning);
  void depart_when_saved(Departs departs);
  [[nodiscard]] bool still_departs(const Departs& departs) const;
  void depart_with_written(const std::vector<JobId>& written);
  bool was_averted(const Failure& failure);
  void take_out(NodeId node, const Failure& failure);
  void leave_service(NodeId node);
  void go_on(NodeId node);
  void ask_crews(NodeId node, Duration work);
  void mend_by_hand();
  void move(NodeId node, NodeState to, std::uint32_t cause);
  void tell_turned(NodeId node, bool open, Door by);
  void let_drained_go();
  void follow_up();
  void keep_back();
  void call_in_spare(NodeId node, std::uint32_t cause);
  [[nodiscard]] std::optional<NodeId> nearest_spare(NodeId node,
                                                    const std::function<bool(NodeId)>& suits) const;
  void put_to_work(NodeId spare, std::uint32_t cause);
  void call_back(NodeId spare, std::uint32_t cause);
  [[nodiscard]] std::optional<ScopeId> lend_spares();
  [[nodiscard]] std::uint32_t levels_in_common(NodeId a, NodeId b) const;
  void displace_from(NodeId node);
  void displace(JobId id, Back back);

  // --- rolling upgrades (simulation_upgrades.cpp)
  // ---------------------------------------------
  [[nodiscard]] std::uint32_t unavailable_of(const UpgradeUnderWay& one) const;
  [[nodiscard]] std::uint32_t closable_of(const UpgradeUnderWay& one) const;
  [[nodiscard]] bool is_skipped(const UpgradeUnderWay& one, NodeId node) const;
  void go_on_upgrading();
  void begin_batch(std::uint32_t number);
  void upgrade_node(std::uint32_t number, NodeId node);
  void force_out(std::uint32_t number, std::uint32_t batch);
  void came_back(NodeId node);

  // --- faults that stop nobody (simulation_hidden.cpp)
  // ---------------------------------------------
  struct Hidden {
    std::uint32_t number = 0;  // its Noticed
    Failure failure;
    bool found = false;
    std::uint32_t misses = 0;  // whole tests that will miss it
    // Whose work it made wrong; those who are gone are forgotten now and then.
    std::vector<std::pair<JobId, std::uint64_t>> victims{};
    std::size_t forget_at = 16;
  };
  struct Suspect {
    std::vector<Hidden> faults;
    EventHandle tested;
  };
  void hide(Failure failure);
  void corrupt(JobId id, Hidden& fault);
  void forget_gone(Hidden& fault) const;
  void meet_hidden(const Draft::Start& start);
  void note_left(const Placement& placement);
  void test_left();
  void test_when_idle(NodeId node);
  void come_upon(NodeId node, std::uint32_t number, bool by_test);
  void roll_back(const Hidden& fault);
  void mend(NodeId node);
  [[nodiscard]] RunSpeed slowest(const Placement& placement) const;
  void note_links(NodeId node);
  void rewire_links();

  // --- jobs that go on where they are (simulation_in_place.cpp)
  // --------------------------------------
  struct Staying {
    JobId job;
    Placement placement;
  };
  [[nodiscard]] std::optional<Placement> stays_on(JobId id, const Failure& failure);
  const NodeSet& nodes_open_to(JobId id);
  [[nodiscard]] bool kept_from(NodeId node, JobId id) const;
  [[nodiscard]] std::optional<NodeId> stand_in_for(NodeId node, JobId id, const Failure& failure);
  [[nodiscard]] std::optional<NodeId> free_node_for(NodeId node, JobId id, const Failure& failure);
  [[nodiscard]] bool is_claimed(NodeId node) const;
  [[nodiscard]] std::uint32_t levels_it_keeps(JobId id) const;
  void fill_up(Placement& placement, JobId id, const std::vector<Staying>& later);
  void go_on_in_place();

  void resolve_recovery(LiveJob& live);
  void tax(Job& job) const;
  void tell_of_pieces();
  void tell_of_pieces_by_tenant();
  [[nodiscard]] std::uint32_t nodes_of(const Shape& shape) const;
  Ending schedule_end(JobId id, SimTime at);
  void schedule_end(JobId id);
  [[nodiscard]] bool paces() const {
    return options_.network != nullptr || options_.slows || options_.flaps || storage_;
  }
  [[nodiscard]] const Pace* pace(JobId id) const {
    return paces() ? &running_[id.index()].pace : nullptr;
  }
  struct Speeds {
    RunSpeed wired;  // what the network gives, but for slow nodes
    RunSpeed all;
    bool operator==(const Speeds&) const = default;
  };
  [[nodiscard]] Speeds speeds_of(JobId id, const Placement& placement) const;
  void note_speeds();
  void change_speeds();
  // --- checkpoints that go to storage (simulation_storage.cpp)
  // ---------------------------------------
  void begin_saving(JobId id);
  void schedule_save(JobId id);
  void stop_saving(JobId id);
  void expect_written();
  void wake_when_due();
  void finish();
  [[nodiscard]] std::vector<JobId> left() const;
  void tell(const Record& record);
  void report() const;
  [[nodiscard]] unsigned rank(const Event& event) const;
  [[nodiscard]] JobId new_id();
  [[nodiscard]] Request request_for(JobId id) const;
  [[nodiscard]] Duration planned(const LiveJob& live) const;
  [[nodiscard]] Duration left_of(const LiveJob& live) const;
  [[nodiscard]] bool per_event() const { return policy_.planning == Planning::per_event; }

  JobSource& source_;
  Policy& policy_;
  RunOptions options_;
  std::vector<Sink*> sinks_;
  std::function<void(const RunProgress&)> report_;

  EventQueue<Event> queue_;
  Cluster cluster_;
  std::unique_ptr<Allocator> allocator_;  // null: nobody leases nodes; before the scheduler, which
                                          // is told whose they are
  std::optional<ScopeId> lent_;  // where spares are lent: of whom they are not lent to; before the
                                 // scheduler, too
  Shapes shapes_;
  Scheduler scheduler_;
  Draft draft_;
  std::vector<LiveJob> jobs_;     // by JobId
  std::vector<JobId> free_ids_;   // of jobs that are gone
  std::vector<Running> running_;  // by JobId, where they are kept track of
  std::vector<Request> again_;    // of jobs that yielded, to be queued again
  std::vector<JobId> gone_;       // jobs that were cancelled; their ids are free after the plan
  std::vector<JobId> paced_;      // in this instant: their speed may be another now
  std::optional<SharedStorage> storage_;
  EventHandle written_;
  std::vector<Network> wirings_;
  std::vector<Drain> drains_;
  std::vector<UpgradeUnderWay> upgrades_;
  bool upgrades_turn_ = false;  // the next batch of one may begin, or one may be over
  Failure next_failure_;
  std::map<std::uint32_t, Undetected> undetected_;  // by number
  std::uint32_t failures_ = 0;
  std::map<NodeId, std::uint32_t> broken_;  // failures of nodes that nobody has noticed yet
  std::map<NodeId, Suspect> hidden_;        // faults that stop nobody, until the node is mended
  std::vector<NodeId> left_;                // of those nodes: somebody left
  bool links_turned_ = false;               // in this instant: some are down, or up again
  std::map<JobId, Departs> departing_;      // when what they write to storage is whole
  std::set<std::pair<NodeId, SimTime>> averted_;  // failures to come of nodes that were mended
  std::map<NodeId, Course> courses_;
  std::map<std::uint32_t, Failure> relapses_;  // to come, by number
  std::uint32_t relapsed_ = 0;
  std::map<NodeId, std::vector<SimTime>> taken_out_;  // by failures, of late; where that counts
  std::set<NodeId> replaced_;                         // nodes that stand where others were given up
  std::optional<RepairCrews> crews_;
  EventHandle crews_move_;
  std::vector<NodeId> draining_;
  std::vector<NodeId> spares_;          // in order
  std::uint64_t called_in_ = 0;         // of them, so far
  std::map<NodeId, NodeId> stand_ins_;  // spares that are called in next, by the node that fails
  std::vector<NodeId> claimed_;         // free ones that stand in for those that fail now
  std::vector<Staying> staying_;        // stopped by a failure, and go on when its nodes are out
  bool may_be_drained_ = false;         // somebody stopped
  std::map<std::uint32_t, std::shared_ptr<const Terms>> recoveries_;  // by nodes; of no terms
  Job next_;                                                          // the one that arrives next
  bool has_next_ = false;
  std::uint64_t arrivals_ = 0;
  std::uint64_t events_ = 0;
  SimTime now_{};
  std::optional<SimTime> wake_at_;
  EventHandle wake_;
  bool plan_due_ = false;
  bool in_pieces_ = false;         // what is free is of no use to the first job that waits
  std::vector<NodeId> pieces_on_;  // by tenant: what is free on these nodes
  std::uint64_t pieces_milli_ = 0;
  std::uint32_t plans_in_a_row_ = 0;  // with nothing but wakes between
};

}  // namespace berth
