// Each law can be broken: streams of records that no run should give, and the complaint.
#include "tests/simulator/laws.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

const Placement first{{NodeId(0), 1, 0xF}};
const Placement second{{NodeId(1), 1, 0xF}};

// Two nodes of four GPUs; a stream of records told to the laws, as short as the stories it tells.
class Story {
 public:
  explicit Story(Promises promises = {}) : laws_(fleet_, promises) {}

  Story& submit(double when, const LiveJob& one) { return tell(when, Submitted{one}); }
  Story& reject(double when, const LiveJob& one) { return tell(when, Rejected{one}); }
  Story& promise(double when, const LiveJob& one, double by) {
    return tell(when, Promised{one, test::at(by)});
  }
  Story& start(double when, LiveJob one, const Placement& where) {
    one.start = one.first_start = test::at(when);
    one.starts = 1;
    return tell(when, Started{one, where});
  }
  Story& end(double when, const LiveJob& one, const Placement& where,
             EndState state = EndState::completed) {
    return tell(when, Ended{one, where, state});
  }
  Story& left_running(double when, const LiveJob& one, const Placement& where) {
    return tell(when, LeftRunning{one, where});
  }
  Story& left_waiting(double when, const LiveJob& one) { return tell(when, LeftWaiting{one}); }

  Story& warn(double when, const LiveJob& job, const LiveJob& by, double until) {
    return tell(when, Warned{job, by, test::at(until)});
  }
  // All that it did since 0 s is done again.
  Story& yield(double when, const LiveJob& job, const LiveJob& by, Yield how = Yield::requeue) {
    Stint stint;
    (how == Yield::suspend ? stint.kept : stint.redone) = lasting(when);
    return tell(when, Preempted{job, first, how, by, stint});
  }

  // The law that broke first, without time and job.
  std::string complaint() const {
    const std::string& text = laws_.broken();
    return text.empty() ? text : text.substr(text.find(": ") + 2);
  }
  std::string complaint_at_the_end(double when) {
    laws_.finish(test::at(when));
    return complaint();
  }

 private:
  Story& tell(double when, const Record& record) {
    laws_.on(test::at(when), record);
    return *this;
  }

  Fleet fleet_ = plain_fleet(2, 4);
  Laws laws_;
};

const LiveJob one = live(job(1, 0, 4, 10), 0);
const LiveJob two = live(job(2, 0, 4, 10), 0);

LiveJob limited(double seconds) {
  LiveJob job = one;
  job.job.limit = lasting(seconds);
  return job;
}

}  // namespace

TEST_CASE("the laws have nothing to say of a run that keeps them") {
  Story story({true, true, true, true, false, true});
  story.submit(0, one).start(0, one, first).submit(0, two).start(0, two, second);
  story.end(10, one, first).end(10, two, second);
  CHECK(story.complaint_at_the_end(10).empty());
}

TEST_CASE("the laws notice a clock that goes back") {
  CHECK(Story().submit(0, one).start(5, one, first).end(4, one, first).complaint() ==
        "the clock never goes back");
}

TEST_CASE("the laws notice a job told of at another time than its submission") {
  CHECK(Story().submit(1, one).complaint() == "a job is told of when it is submitted");
}

TEST_CASE("the laws notice a job submitted twice, and one that is skipped") {
  const auto law = "jobs are numbered as they arrive";
  CHECK(Story().submit(0, one).submit(0, one).complaint() == law);
  CHECK(Story().submit(0, two).complaint() == law);
}

TEST_CASE("the laws notice a start of a job that does not wait") {
  const auto law = "only a waiting job starts or is promised a start";
  CHECK(Story().start(0, one, first).complaint() == law);
  CHECK(Story().submit(0, one).start(0, one, first).start(1, one, second).complaint() == law);
  CHECK(Story().reject(0, one).start(0, one, first).complaint() == law);
  CHECK(Story().submit(0, one).start(0, one, first).promise(1, one, 2).complaint() == law);
}

TEST_CASE("the laws notice an end of a job that does not run") {
  const auto law = "only a running job ends";
  CHECK(Story().submit(0, one).end(10, one, first).complaint() == law);
  Story twice;
  twice.submit(0, one).start(0, one, first).end(10, one, first).end(10, one, first);
  CHECK(twice.complaint() == law);
}

TEST_CASE("the laws notice a GPU that is held twice") {
  Story story;
  story.submit(0, one).submit(0, two).start(0, one, first).start(0, two, first);
  CHECK(story.complaint() == "no GPU is held twice");
}

TEST_CASE("the laws notice nodes and GPUs that there are not") {
  const LiveJob small = live(job(1, 0, 1, 10), 0);
  CHECK(Story().submit(0, small).start(0, small, {{NodeId(0), 1, 0x10}}).complaint() ==
        "a job holds GPUs that there are");
  CHECK(Story().submit(0, small).start(0, small, {{NodeId(2), 1, 1}}).complaint() ==
        "a job runs on nodes that there are");
}

TEST_CASE("the laws notice a placement that is not what was asked") {
  const auto each = "each task holds the GPUs it asked for";
  CHECK(Story().submit(0, one).start(0, one, {{NodeId(0), 1, 7}}).complaint() == each);
  CHECK(Story().submit(0, one).start(0, one, {{NodeId(0), 0, 0}}).complaint() == each);
  CHECK(Story().submit(0, one).start(0, one, {}).complaint() == "all tasks of a job are placed");
  const Placement twice{{NodeId(0), 1, 0xF}, {NodeId(0), 1, 0xF}};
  CHECK(Story().submit(0, one).start(0, one, twice).complaint() ==
        "a placement names each node once");
}

TEST_CASE("the laws notice CPU and memory that a node does not have") {
  LiveJob hungry = one;
  hungry.shape.cpu_milli = 1;
  CHECK(Story().submit(0, hungry).start(0, hungry, first).complaint() ==
        "no more CPU is held than a node has");
  hungry.shape.cpu_milli = 0;
  hungry.shape.memory = 1;
  CHECK(Story().submit(0, hungry).start(0, hungry, first).complaint() ==
        "no more memory is held than a node has");
}

TEST_CASE("the laws notice a job that gives back something else than it was given") {
  CHECK(Story().submit(0, one).start(0, one, first).end(10, one, second).complaint() ==
        "a job gives back what it was given");
}

TEST_CASE("the laws notice a job that runs beyond its limit, or beyond its work") {
  Story late;
  late.submit(0, limited(5)).start(0, one, first).left_running(6, limited(5), first);
  CHECK(late.complaint() == "a job never runs longer than its limit");
  Story lazy;
  lazy.submit(0, limited(50)).start(0, one, first).left_running(11, limited(50), first);
  CHECK(lazy.complaint() == "a job never does more than its work");
}

TEST_CASE("the laws notice a job that completes too early or times out without reason") {
  const auto timed_out = "a job times out at its limit, with work left";
  CHECK(Story().submit(0, one).start(0, one, first).end(9, one, first).complaint() ==
        "a completed job did all its work");
  Story done;
  done.submit(0, one).start(0, one, first).end(10, one, first, EndState::timed_out);
  CHECK(done.complaint() == timed_out);
  Story early;
  early.submit(0, limited(5)).start(0, one, first);
  CHECK(early.end(4, limited(5), first, EndState::timed_out).complaint() == timed_out);
}

TEST_CASE("the laws notice a start out of order where the policy starts in order") {
  Promises promises;
  promises.in_order = true;
  Story story(promises);
  story.submit(0, one).submit(0, two).start(0, two, first).start(0, one, second);
  CHECK(story.complaint() == "jobs start in the order of their submission");
}

TEST_CASE("the laws notice a promise of a time that is over") {
  CHECK(Story().submit(0, one).submit(0, two).promise(3, one, 2).complaint() ==
        "a promise is of a time to come");
}

TEST_CASE("the laws notice a first promise that is not kept, also at the horizon") {
  Promises promises;
  promises.first_kept = true;
  const auto law = "a job starts by the first promise made to it";
  Story moved(promises);
  moved.submit(0, one).promise(0, one, 5).promise(1, one, 7).start(6, one, first);
  CHECK(moved.complaint() == law);
  CHECK(Story(promises).submit(0, one).promise(0, one, 5).left_waiting(6, one).complaint() == law);
}

TEST_CASE("the laws notice a promise that moves back, and a last one that is not kept") {
  Promises promises;
  promises.never_later = true;
  CHECK(Story(promises).submit(0, one).promise(0, one, 5).promise(1, one, 6).complaint() ==
        "a promise never moves back");
  Story broken(promises);
  broken.submit(0, one).promise(0, one, 5).promise(1, one, 3).start(4, one, first);
  CHECK(broken.complaint() == "a job starts by the last promise made to it");
}

TEST_CASE("the laws notice a first job that waits while it fits") {
  Promises promises;
  promises.head_is_eager = true;
  const auto law = "the first job never waits while it fits";
  CHECK(Story(promises).submit(0, one).start(1, one, first).complaint() == law);
  Story busy(promises);
  busy.submit(0, one).submit(0, two).start(0, one, first).start(0, two, second);
  const LiveJob three = live(job(3, 0, 1, 10), 0);
  CHECK(busy.submit(0, three).end(10, one, first).complaint().empty());
  CHECK(busy.end(11, two, second).complaint() == law);
}

TEST_CASE("the laws notice a job that is not accounted for at the end") {
  CHECK(Story().submit(0, one).complaint_at_the_end(1) == "every job is accounted for at the end");
  CHECK(Story().submit(0, one).start(0, one, first).complaint_at_the_end(1) ==
        "every job is accounted for at the end");
}

TEST_CASE("the laws notice jobs left over without a horizon") {
  Promises promises;
  promises.to_the_end = true;
  CHECK(Story(promises).submit(0, one).left_waiting(1, one).complaint() ==
        "without a horizon every job ends");
}

TEST_CASE("the laws notice a run that goes on after its last job") {
  Promises promises;
  promises.to_the_end = true;
  CHECK(Story(promises).reject(0, one).complaint_at_the_end(0).empty());
  CHECK(Story(promises).reject(0, one).complaint_at_the_end(1) ==
        "without a horizon a run ends with its last job");
}

namespace {

// Job 1 runs, job 2 waits and ranks above it.
struct Rivals : Story {
  explicit Rivals(const YieldLaws& yields) : Story(promises(yields)) {
    high.job.priority = 1;
    submit(0, one).start(0, one, first).submit(0, high);
  }
  static Promises promises(YieldLaws yields) {
    yields.anybody = true;
    Promises all;
    all.yields = yields;
    return all;
  }
  LiveJob high = two;
};

}  // namespace

TEST_CASE("the laws have nothing to say of a job that yields as it should") {
  CHECK(Rivals({}).yield(5, one, two).complaint().empty());
  YieldLaws patient;
  patient.grace = lasting(3);
  patient.by_priority = true;
  Rivals rivals(patient);
  CHECK(rivals.warn(2, one, rivals.high, 5).yield(5, one, rivals.high).complaint().empty());
}

TEST_CASE("the laws notice a job that yields where nobody has to") {
  Story story;
  story.submit(0, one).start(0, one, first).submit(0, two).yield(5, one, two);
  CHECK(story.complaint() == "nobody yields where nobody has to");
}

TEST_CASE("the laws notice a job that yields to an equal, or to one that does not wait") {
  YieldLaws ranks;
  ranks.by_priority = true;
  CHECK(Rivals(ranks).yield(5, one, two).complaint() ==
        "a job yields to one of a higher rank only");
  Rivals rivals({});
  rivals.start(0, two, second);
  CHECK(rivals.yield(5, one, two).complaint() == "a job yields to one that waits");
}

TEST_CASE("the laws notice a job that yields before its grace, or its exempt time, is over") {
  YieldLaws patient;
  patient.grace = lasting(3);
  CHECK(Rivals(patient).yield(5, one, two).complaint() == "nobody stops without its grace");
  CHECK(Rivals(patient).warn(2, one, two, 4).complaint() == "who is warned has its grace");
  CHECK(Rivals(patient).warn(2, one, two, 5).yield(4, one, two).complaint() ==
        "who was warned stops when its grace is over");
  CHECK(Rivals(patient).warn(2, one, two, 5).warn(3, one, two, 6).complaint() ==
        "a job is warned once");
  YieldLaws exempt;
  exempt.exempt = lasting(6);
  CHECK(Rivals(exempt).yield(5, one, two).complaint() == "a job runs as long as it is exempt");
}

TEST_CASE("the laws notice a job that yields in another way than it has to") {
  YieldLaws suspended;
  suspended.how = Yield::suspend;
  CHECK(Rivals(suspended).yield(5, one, two).complaint() ==
        "a job yields in the way that it has to");
}

TEST_CASE("the laws notice room that nobody uses, and a suspended job that moves") {
  Rivals idle({});
  idle.yield(5, one, two);
  CHECK(idle.complaint_at_the_end(6) ==
        "who stops at once makes room for a job that starts at once");
  Rivals moved({});
  moved.yield(5, one, two, Yield::suspend).start(5, two, first);
  CHECK(moved.start(6, one, second).complaint() == "a suspended job goes on where it was");
}

TEST_CASE("the laws notice a start that the terms of a job forbid") {
  const auto story = [](const Terms& terms) {
    LiveJob job = one;
    job.job.terms = std::make_shared<const Terms>(terms);
    return Story().submit(0, job).start(0, job, first).complaint();
  };
  Terms terms;
  CHECK(story(terms).empty());
  terms.held = true;
  CHECK(story(terms) == "a job that is held never starts");
  terms = {};
  terms.begin = at(1);
  CHECK(story(terms) == "a job starts when its time has come");
  terms = {};
  terms.after = {{Dependency::Kind::after_any, 2, {}}};
  CHECK(story(terms) == "a job starts when those that it depends on have started or ended so");
  terms = {};
  terms.labels = {"hbm"};
  CHECK(story(terms) == "a job runs on nodes with the labels that it asks for");
}

TEST_CASE("the laws name the time and the job of a complaint") {
  const Fleet fleet = plain_fleet(2, 4);
  Laws laws(fleet, {});
  laws.on(at(3), Ended{two, first, EndState::completed});
  CHECK(laws.broken() == "at 3000000000ns, job 2: only a running job ends");
}
