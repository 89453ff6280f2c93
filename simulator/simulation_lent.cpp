// Spares that are lent: jobs of some classes run on them until they are called in. All other jobs
// are kept to the nodes that are not kept back.
#include <algorithm>
#include <memory>
#include <utility>

#include "simulator/simulation.hpp"

namespace berth {
namespace {

class KeepsOffSpares final : public Admission {
 public:
  KeepsOffSpares(ScopeId others, std::vector<std::string> classes)
      : others_(others), classes_(std::move(classes)) {}

  void begin_run(const RunContext& context) override { catalog_ = &context.catalog; }
  [[nodiscard]] ScopeId scope_now(const Request& request, SimTime /*now*/) override {
    return may(request) ? all_nodes : others_;
  }
  [[nodiscard]] bool scope_changes() const override { return true; }
  [[nodiscard]] bool scope_foretold() const override { return false; }

 private:
  [[nodiscard]] bool may(const Request& request) const {
    const bool named = request.job_class.index() < catalog_->classes.size();
    return named && std::ranges::count(classes_, catalog_->classes.name(request.job_class)) > 0;
  }

  ScopeId others_;
  std::vector<std::string> classes_;
  const Catalog* catalog_ = nullptr;
};

}  // namespace

// The nodes that are not kept back now; they change.
std::optional<ScopeId> Simulation::lend_spares() {
  const Spares& spares = options_.spares;
  if (spares.lent_to.empty() || spares.nodes.empty()) {
    return std::nullopt;
  }
  const ScopeId others = cluster_.scopes().changing();
  for (std::uint32_t i = 0; i < cluster_.fleet().nodes(); ++i) {
    if (std::ranges::count(spares.nodes, NodeId(i)) == 0) {
      cluster_.scopes().join(others, NodeId(i));
    }
  }
  policy_.admission.push_back(std::make_unique<KeepsOffSpares>(others, spares.lent_to));
  return others;
}

}  // namespace berth
