#include "workloads/bundles.hpp"

#include <array>
#include <utility>

namespace berth {
namespace {

constexpr std::int64_t size_most = 1'000'000;

}  // namespace

Bundles Bundles::read(Setting workload) {
  Bundles bundles;
  const auto array = workload.find("array");
  const auto chain = workload.find("chain");
  if (array && chain) {
    chain->fail("stands beside an array", "take one of the two");
  }
  if (array) {
    bundles.kind_ = Kind::array;
    bundles.size_ = static_cast<std::uint64_t>(array->at("tasks").count(1, size_most));
    bundles.at_once_ = static_cast<std::uint32_t>(array->count_or("at_once", 0, 0, size_most));
  }
  if (chain) {
    constexpr std::array kinds{Dependency::Kind::after_ok, Dependency::Kind::after_any,
                               Dependency::Kind::after_not_ok};
    bundles.kind_ = Kind::chain;
    bundles.size_ = static_cast<std::uint64_t>(chain->at("jobs").count(2, size_most));
    bundles.after_ = kinds.at(chain->choice_or("after", "ok", {"ok", "any", "not_ok"}));
  }
  return bundles;
}

std::shared_ptr<const Terms> Bundles::terms(std::uint64_t number,
                                            const std::shared_ptr<const Terms>& own) const {
  const bool opens_chain = kind_ == Kind::chain && first(number) == number;
  if (kind_ == Kind::alone || opens_chain) {
    return own;
  }
  Terms terms = own ? *own : Terms{};
  if (kind_ == Kind::array) {
    terms.array = first(number);
    terms.array_limit = at_once_;
  } else {
    terms.after.push_back({after_, number - 1, Duration{}});
  }
  return std::make_shared<const Terms>(std::move(terms));
}

}  // namespace berth
