// Where? A Placer picks nodes and GPUs for a request among what is free. It sees the occupancy
// index and nothing else, changes nothing, and answers the same for the same question. One placer
// is one file in scheduler/placers/ and one line in placers.inc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "scheduler/request.hpp"
#include "scheduler/view.hpp"

namespace berth {

// What a placer looks at of where a request asks to be; the rest of it is as if not asked.
struct Heeds {
  bool level = false;
  bool segment = false;
  bool switches = false;
  bool apart = false;   // no two pods of one group come nearer to each other than they want to
  bool spread = false;  // pods of one group stand as evenly as they want to
  bool group = false;   // it matters where pods of the same group run
};

class Placer {
 public:
  virtual ~Placer() = default;

  // A placement of all tasks of the request on free GPUs, parts in ascending order of node unless
  // the placer says otherwise, each node once; or nothing when it does not fit as this placer
  // wants it.
  [[nodiscard]] virtual std::optional<Placement> place(const Request& request,
                                                       const View& view) const = 0;
  // True exactly when place() would give a placement. Overridden where that is cheaper to know:
  // the default suits a placer that takes any room there is.
  [[nodiscard]] virtual bool fits(const Request& request, const View& view) const {
    return view.free.fits(request.shape);
  }
  // True when place() finds a placement wherever the index has room for the shape.
  [[nodiscard]] virtual bool takes_any_room() const { return true; }
  // True when place() looks at a request's shape alone, so that equal shapes get equal answers.
  [[nodiscard]] virtual bool equal_shapes_fare_alike() const { return true; }
  [[nodiscard]] virtual Heeds heeds() const { return {}; }
  // What a job asks for that wants nobody else in the blocks that it uses (Shape::alone); 0: it
  // knows of no blocks.
  [[nodiscard]] virtual std::uint32_t alone_in_blocks(const Fleet& /*fleet*/) const { return 0; }
  // True when it learns from the pods that were seen so far: then views tell of them.
  [[nodiscard]] virtual bool learns() const { return false; }
  // What is wrong when the request and the options contradict each other, so that it never fits; ""
  // when nothing is.
  [[nodiscard]] virtual std::string contradiction(const Request& /*request*/,
                                                  const Fleet& /*fleet*/) const {
    return {};
  }
  // The next time after `now` at which the answer may be another though nothing changed: the
  // request only cares for so long where its nodes are.
  [[nodiscard]] virtual std::optional<SimTime> retry_at(const Request& /*request*/,
                                                        SimTime /*now*/) const {
    return std::nullopt;
  }
  // Hot swap: where the job goes on when the tasks on `lost`, which is out of service, move and
  // those on the other nodes of `held` stay. Nothing when there is no room for them as this placer
  // wants it: then the job has to begin anew elsewhere. REQUIRES: the job holds `held`, on several
  // nodes or not, and `lost` offers nothing.
  [[nodiscard]] virtual std::optional<Placement> replace(const Request& /*request*/,
                                                         const View& /*view*/,
                                                         const Placement& /*held*/,
                                                         NodeId /*lost*/) const {
    return std::nullopt;
  }
  // InputError when the options name what this fleet does not have, as a level. place() and fits()
  // say so too, but only when asked.
  virtual void check_fleet(const Fleet& /*fleet*/) const {}
};

std::unique_ptr<const Placer> make_placer(Setting setting);  // NAME or {kind: NAME, key: value}
std::vector<std::string_view> placer_names();
std::string_view placer_summary(std::string_view name);  // what it does, in a line

#define PLACER(name, does) std::unique_ptr<const Placer> name();
#define PLACER_WITH_OPTIONS(name, does) std::unique_ptr<const Placer> name(Setting setting);
#include "scheduler/placers.inc"
#undef PLACER_WITH_OPTIONS
#undef PLACER

}  // namespace berth
