// What asks come down to on this fleet under this placer. Jobs ask for few different things, so
// the last answers are remembered.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "cluster/occupancy.hpp"
#include "cluster/shape.hpp"
#include "scheduler/placer.hpp"
#include "workloads/catalog.hpp"

namespace berth {

class Shapes {
 public:
  // Both outlive it.
  Shapes(const Fleet& fleet, const Placer& placer, RunKey run)
      : placer_(placer), run_(run), empty_(fleet) {}

  // The shape of `ask`; nothing when the empty fleet has no room for it as the placer wants it.
  const std::optional<Shape>& of(const Ask& ask);
  // The same of a job: an exclusive one takes whole nodes, as many as it needs of the largest kind;
  // a moldable one that is too large has the shape that it asks for, where fewer tasks would do.
  std::optional<Shape> of(const Job& job);
  // Makes tasks of that shape pods of the group that the terms name, if they do. What is wrong with
  // them; "" when nothing is.
  std::string join_group(Shape& shape, const Terms& terms);
  // Makes a job of that shape one that has its blocks for itself; the same.
  std::string be_alone(Shape& shape) const;

 private:
  struct Answer {
    Ask ask;
    std::optional<Shape> shape;
  };
  [[nodiscard]] std::optional<Shape> find(const Ask& ask) const;

  const Placer& placer_;
  RunKey run_;
  Occupancy empty_;
  Names<Id<struct PodGroupTag>> groups_;
  std::array<Answer, 64> answers_{};  // by a hash of the ask; asking for nothing has no shape
};

}  // namespace berth
