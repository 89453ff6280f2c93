// A fleet that is cut in two for good: pods on the last nodes, so many percent of them (rounded
// up), Slurm jobs on the others. What one side does not use, the other does not get.
#include <algorithm>

#include "scheduler/admission.hpp"

namespace berth {
namespace {

class Split final : public Admission {
 public:
  explicit Split(std::int64_t percent) : percent_(percent) {}

  void begin_run(const RunContext& context) override {
    const std::uint64_t nodes = context.fleet.nodes();
    const std::uint64_t of_pods = (nodes * static_cast<std::uint64_t>(percent_) + 99) / 100;
    NodeSet last(context.fleet.nodes());
    for (std::uint64_t node = nodes - of_pods; node < nodes; ++node) {
      last.insert(static_cast<std::uint32_t>(node));
    }
    pods_ = context.scopes.of(last);
    jobs_ = context.scopes.outside(pods_);
  }
  [[nodiscard]] ScopeId scope(const Request& request) override {
    return request.terms && request.terms->pod ? pods_ : jobs_;
  }

 private:
  std::int64_t percent_;
  ScopeId pods_ = all_nodes;
  ScopeId jobs_ = all_nodes;
};

}  // namespace

std::unique_ptr<Admission> split(Setting setting) {
  return std::make_unique<Split>(setting.is_map() ? setting.count_or("pods_percent", 50, 1, 99)
                                                  : 50);
}

}  // namespace berth
