#include "simulator/shapes.hpp"

#include <algorithm>
#include <cstdint>

#include "core/settings_tree.hpp"

namespace berth {
namespace {

std::size_t slot(const Ask& ask) {
  const std::uint64_t mixed = (std::uint64_t{ask.gpus} << 32U | ask.whole_nodes) ^
                              static_cast<std::uint64_t>(ask.cpu_milli) ^
                              static_cast<std::uint64_t>(ask.memory) ^
                              (std::uint64_t{ask.tasks} << 16U | ask.gpu_milli);
  return mixed * 0x9e3779b97f4a7c15U >> 58U;
}

// The nodes that hold all of it, empty and of the kind that jobs of whole nodes get; 0: none can.
std::uint32_t nodes_for(const Shape& shape, const Fleet& fleet) {
  const auto most = std::ranges::max_element(fleet.kinds(), {}, &NodeKind::gpus);
  const auto kind = static_cast<std::size_t>(most - fleet.kinds().begin());
  const std::uint64_t each = capacity_for(shape, fleet, kind);
  return each == 0 ? 0 : static_cast<std::uint32_t>((shape.tasks + each - 1) / each);
}

}  // namespace

std::optional<Shape> Shapes::of(const Job& job) {
  const auto& shape = of(job.ask);
  if (!shape && job.terms && job.terms->tasks_least > 0 && !job.terms->exclusive) {
    return shape_of(job.ask, empty_.fleet(), job.terms->tasks_least);
  }
  if (!shape || !job.terms || !job.terms->exclusive) {
    return shape;
  }
  Ask whole;
  whole.whole_nodes = nodes_for(*shape, empty_.fleet());
  return of(whole);
}

std::string Shapes::join_group(Shape& shape, const Terms& terms) {
  if (terms.group.empty()) {
    return {};
  }
  shape.group = 1 + groups_.id(terms.group).index();
  for (const SpreadRule& rule : terms.spread) {
    if (rule.level != "node" && !empty_.fleet().find_level(rule.level)) {
      return "the fleet has no level " + shown(rule.level) + " to spread pods over";
    }
  }
  if (terms.apart == "node") {
    shape.apart = apart_nodes;
  } else if (!terms.apart.empty()) {
    const auto level = empty_.fleet().find_level(terms.apart);
    if (!level) {
      return "the fleet has no level " + shown(terms.apart) + " to keep pods apart";
    }
    shape.apart = apart_in(*level);
  }
  return {};
}

std::string Shapes::be_alone(Shape& shape) const {
  shape.alone = placer_.alone_in_blocks(empty_.fleet());
  return shape.alone > 0 ? ""
                         : "wants its blocks for itself, and the placer knows of none; "
                           "slurm_block does";
}

const std::optional<Shape>& Shapes::of(const Ask& ask) {
  Answer& answer = answers_[slot(ask)];
  if (!(answer.ask == ask)) {
    answer = {ask, find(ask)};
  }
  return answer.shape;
}

std::optional<Shape> Shapes::find(const Ask& ask) const {
  auto shape = shape_of(ask, empty_.fleet());
  if (shape) {
    Request request;
    request.shape = *shape;
    if (!placer_.fits(request, {empty_, SimTime{}, run_})) {
      shape.reset();
    }
  }
  return shape;
}

}  // namespace berth
