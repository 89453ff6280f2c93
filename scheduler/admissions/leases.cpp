// Jobs run on what their tenant leases and nowhere else; of several leases of one tenant, on all of
// them together. Who asks for more than its tenant has now waits for it without holding others up,
// and is rejected where no contract will ever give as much. Which nodes these are is the business
// of the allocator (cluster/leases.hpp says whose they are).
#include "cluster/leases.hpp"

#include <string>
#include <vector>

#include "scheduler/admission.hpp"
#include "scheduler/molding.hpp"

namespace berth {
namespace {

class LeasesOnly final : public Admission {
 public:
  void begin_run(const RunContext& context) override {
    leases_ = context.leases;
    catalog_ = &context.catalog;
    scopes_ = &context.scopes;
    gpus_per_node_ = context.fleet.gpus_per_node();
  }
  [[nodiscard]] bool keeps_to_leases() const override { return true; }

  [[nodiscard]] std::string never(const Request& request) const override {
    const Leases::Tenant* tenant = tenant_of(request);
    if (tenant == nullptr || tenant->nodes_most == 0) {
      return "its tenant leases nothing";
    }
    if (request.shape.alone > 0) {
      return "wants its blocks for itself, and others may lease nodes of them";
    }
    return more_than(request, tenant->nodes_most) ? "asks for more than its tenant ever leases"
                                                  : std::string();
  }
  [[nodiscard]] std::optional<Reason> refuses(const Request& request,
                                              SimTime /*now*/) const override {
    const std::uint32_t nodes = scopes_->nodes(tenant_of(request)->scope).size();
    return nodes == 0 || more_than(request, nodes) ? std::optional(Reason::lease) : std::nullopt;
  }
  [[nodiscard]] ScopeId scope_now(const Request& request, SimTime /*now*/) override {
    return tenant_of(request)->scope;
  }
  [[nodiscard]] std::optional<std::uint32_t> queue(const Request& request) const override {
    return static_cast<std::uint32_t>(tenant_of(request) - leases_->tenants().data());
  }
  [[nodiscard]] bool scope_changes() const override { return true; }
  [[nodiscard]] bool scope_foretold() const override { return false; }

 private:
  // By whole GPUs: so many tasks on each node. A moldable job may do with fewer tasks.
  [[nodiscard]] bool more_than(const Request& request, std::uint64_t nodes) const {
    Shape shape = request.shape;
    shape.tasks = least_tasks(request);
    const bool whole = shape.gpus > 0 && shape.gpu_milli == 0;
    return whole ? shape.tasks > nodes * (gpus_per_node_ / shape.gpus)
                 : shape.total_gpus() > nodes * gpus_per_node_;
  }
  [[nodiscard]] const Leases::Tenant* tenant_of(const Request& request) const {
    const bool named = request.tenant.index() < catalog_->tenants.size();
    return named && leases_ != nullptr ? leases_->find(catalog_->tenants.name(request.tenant))
                                       : nullptr;
  }

  const Leases* leases_ = nullptr;
  const Catalog* catalog_ = nullptr;
  const Scopes* scopes_ = nullptr;
  std::uint32_t gpus_per_node_ = 0;
};

}  // namespace

std::unique_ptr<Admission> leases(Setting /*setting*/) { return std::make_unique<LeasesOnly>(); }

}  // namespace berth
