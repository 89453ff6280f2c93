#include "simulator/shapes.hpp"

#include <cstdint>

namespace berth {
namespace {

std::size_t slot(const Ask& ask) {
  const std::uint64_t mixed = (std::uint64_t{ask.gpus} << 32U | ask.whole_nodes) ^
                              static_cast<std::uint64_t>(ask.cpu_milli) ^
                              static_cast<std::uint64_t>(ask.memory) ^
                              (std::uint64_t{ask.tasks} << 16U | ask.gpu_milli);
  return mixed * 0x9e3779b97f4a7c15U >> 58U;
}

}  // namespace

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
