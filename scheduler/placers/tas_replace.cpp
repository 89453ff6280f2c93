#include "scheduler/placers/tas_replace.hpp"

#include <algorithm>
#include <utility>

#include "scheduler/placers/tas_descend.hpp"

namespace berth {
namespace {

bool inside(NodeId node, const NodeRange& range) {
  return range.first <= node.index() && node.index() < range.past;
}

class Swap {
 public:
  Swap(TasAsk ask, Request request, const Occupancy& free, const Placement& held, NodeId lost)
      : ask_(ask), request_(std::move(request)), free_(free), lost_(lost) {
    request_.shape.tasks = 0;
    for (const Part& part : held) {
      if (part.node == lost) {
        request_.shape.tasks += part.tasks;
      } else {
        stays_.push_back(part);
      }
    }
  }

  std::optional<Placement> place() {
    if (leaves_a_slice_behind()) {
      const std::uint32_t level = ask_.slice_level;
      ask_.slice_level = fleet().levels();
      ask_.slice_size = 1;
      return whole(in_domain(level, lost_));
    }
    if (ask_.mode == TasMode::required) {
      return whole(in_domain(ask_.level, lost_));
    }
    const NodeId among = stays_.empty() ? lost_ : stays_.front().node;
    for (std::uint32_t level = ask_.level + 1; ask_.mode == TasMode::preferred && level-- > 0;) {
      if (holds_all(fleet().domain_of(among, LevelId(level)))) {
        if (auto moved = in_domain(level, among)) {
          return whole(std::move(moved));
        }
      }
    }
    return whole(in({0, fleet().nodes()}, 0, slices()));
  }

 private:
  [[nodiscard]] const Fleet& fleet() const { return free_.fleet(); }
  [[nodiscard]] std::uint32_t slices() const { return request_.shape.tasks / ask_.slice_size; }

  [[nodiscard]] bool leaves_a_slice_behind() const {
    if (ask_.slice_size == 1 || ask_.slice_level == fleet().levels()) {
      return false;
    }
    const NodeRange slices = fleet().nodes_in(fleet().domain_of(lost_, LevelId(ask_.slice_level)));
    return std::ranges::any_of(stays_,
                               [&slices](const Part& part) { return inside(part.node, slices); });
  }
  [[nodiscard]] bool holds_all(DomainId domain) const {
    const NodeRange nodes = fleet().nodes_in(domain);
    return std::ranges::all_of(stays_,
                               [&nodes](const Part& part) { return inside(part.node, nodes); });
  }

  // In the domain of the level around a node. The level of nodes: on that node, which is lost.
  [[nodiscard]] std::optional<Placement> in_domain(std::uint32_t level, NodeId around) const {
    if (level == fleet().levels()) {
      return std::nullopt;
    }
    const std::uint32_t count = level < ask_.slice_level ? slices() : request_.shape.tasks;
    return in(fleet().nodes_in(fleet().domain_of(around, LevelId(level))), level + 1, count);
  }
  [[nodiscard]] std::optional<Placement> in(const NodeRange& nodes, std::uint32_t inner,
                                            std::uint32_t count) const {
    const TasTree tree(free_, request_.shape, ask_.slice_level, ask_.slice_size);
    auto found = fill_inside(tree, nodes, inner, count, ask_.profile);
    return found ? descend(tree, ask_, std::move(*found), request_, free_) : std::nullopt;
  }

  // With those that stay, each node once.
  [[nodiscard]] std::optional<Placement> whole(std::optional<Placement> moved) const {
    if (!moved) {
      return std::nullopt;
    }
    Placement all = stays_;
    for (const Part& part : *moved) {
      const auto same = std::ranges::find_if(all, [&](const Part& each) {
        return each.node == part.node && (request_.shape.gpu_milli == 0 || each.gpus == part.gpus);
      });
      if (same == all.end()) {
        all.push_back(part);
      } else {
        same->tasks += part.tasks;
        same->gpus |= part.gpus;
      }
    }
    std::ranges::stable_sort(all, {}, &Part::node);
    return all;
  }

  TasAsk ask_;
  Request request_;  // of what is lost
  const Occupancy& free_;
  NodeId lost_;
  Placement stays_;
};

}  // namespace

std::optional<Placement> replace_node(const TasAsk& ask, const Request& request,
                                      const Occupancy& free, const Placement& held, NodeId lost) {
  return Swap(ask, request, free, held, lost).place();
}

}  // namespace berth
