#include "scheduler/admissions/kueue.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {
namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

bool suits(const KueueFlavor& flavor, const NodeKind& kind) {
  return (flavor.gpu_models.empty() || has(flavor.gpu_models, kind.gpu_model)) &&
         std::ranges::all_of(flavor.labels,
                             [&kind](const auto& label) { return has(kind.labels, label); });
}

constexpr SimTime never_yet = SimTime::min();

Amounts amounts_of(const Shape& shape) {
  return {static_cast<std::int64_t>(shape.total_gpu_milli()), shape.cpu_milli * shape.tasks,
          shape.memory * shape.tasks};
}

bool any_flavor(std::uint32_t /*flavor*/, const Amounts& /*amounts*/) { return true; }

// Reasons of jobs that Kueue would not have in the queue yet: they are nobody's head.
bool is_not_queued(Reason reason) {
  return (reason >= Reason::held && reason <= Reason::array_limit) ||
         reason == Reason::queue_head || reason == Reason::min_member;
}

}  // namespace

struct KueueQueues::Books {
  Quota quota;
  std::map<std::string, std::uint32_t> cohorts;
  std::map<std::string, std::uint32_t> queues;
  std::map<TenantId, std::uint32_t> queue_of_tenant;
  std::vector<std::uint8_t> strict;  // by node
};

KueueQueues::KueueQueues(KueueConfig config) : config_(std::move(config)) {}
KueueQueues::~KueueQueues() = default;

Quota& KueueQueues::quota() const { return books_->quota; }

bool KueueQueues::strict(std::uint32_t queue) const { return books_->strict[queue] != 0; }

void KueueQueues::begin_run(const RunContext& context) {
  fleet_ = &context.fleet;
  catalog_ = &context.catalog;
  sort_nodes(context);
  books_ = std::make_unique<Books>(Books{
      Quota(static_cast<std::uint32_t>(config_.flavors.size()), config_.counted), {}, {}, {}, {}});
  for (const KueueNode& cohort : config_.cohorts) {
    books_->cohorts[cohort.name] = add(cohort);
  }
  for (const KueueNode& queue : config_.queues) {
    books_->queues[queue.name] = add(queue);
  }
}

// Which nodes are of which flavor, and what these have.
void KueueQueues::sort_nodes(const RunContext& context) {
  fleet_has_.assign(config_.flavors.size(), {});
  for (std::size_t i = 0; i < fleet_->kinds().size(); ++i) {
    const NodeKind& kind = fleet_->kinds()[i];
    const auto flavor = std::ranges::find_if(
        config_.flavors, [&kind](const KueueFlavor& one) { return suits(one, kind); });
    flavor_of_kind_.emplace_back();
    if (flavor != config_.flavors.end()) {
      flavor_of_kind_[i] = static_cast<std::uint32_t>(flavor - config_.flavors.begin());
      Amounts& all = fleet_has_[*flavor_of_kind_[i]];
      const std::int64_t count = fleet_->nodes_of_kind(i);
      all[0] += count * kind.gpus * 1000;
      all[1] += count * kind.cpu_milli;
      all[2] += count * kind.memory;
    }
  }
  std::vector<NodeSet> nodes(config_.flavors.size(), NodeSet(fleet_->nodes()));
  for (std::uint32_t node = 0; node < fleet_->nodes(); ++node) {
    const auto kind = &fleet_->kind(NodeId(node)) - fleet_->kinds().data();
    if (const auto flavor = flavor_of_kind_[static_cast<std::size_t>(kind)]) {
      nodes[*flavor].insert(node);
    }
  }
  for (const NodeSet& of_flavor : nodes) {
    scopes_.push_back(context.scopes.of(of_flavor));
  }
}

std::uint32_t KueueQueues::add(const KueueNode& node) const {
  QuotaNode exact = resolved(node, fleet_has_);
  if (!node.cohort.empty()) {
    exact.parent = books_->cohorts.at(node.cohort);
  }
  books_->strict.push_back(node.strict ? 1 : 0);
  return books_->quota.add(std::move(exact));
}

std::optional<std::uint32_t> KueueQueues::find_queue(const Request& request) const {
  const std::string& name = request.terms ? request.terms->queue : std::string();
  if (name.empty()) {
    return queue_of_tenant(request.tenant);
  }
  const auto local = config_.local_queues.find(name);
  const auto queue =
      books_->queues.find(local != config_.local_queues.end() ? local->second : name);
  return queue != books_->queues.end() ? std::optional(queue->second) : std::nullopt;
}

std::optional<std::uint32_t> KueueQueues::queue_of_tenant(TenantId tenant) const {
  if (const auto known = books_->queue_of_tenant.find(tenant);
      known != books_->queue_of_tenant.end()) {
    return known->second;
  }
  const bool named = tenant.index() < catalog_->tenants.size();
  const std::string name = named ? catalog_->tenants.name(tenant) : std::string();
  const auto local = config_.local_queues.find(name);
  auto queue = books_->queues.find(local != config_.local_queues.end() ? local->second : name);
  if (queue == books_->queues.end()) {
    queue = books_->queues.find(config_.otherwise);
  }
  if (queue != books_->queues.end()) {
    return books_->queue_of_tenant[tenant] = queue->second;
  }
  if (config_.each_tenant) {
    return books_->queue_of_tenant[tenant] = add(*config_.each_tenant);
  }
  return std::nullopt;
}

std::uint32_t KueueQueues::queue_of(const Request& request) const {
  const auto queue = find_queue(request);
  check(queue.has_value(), "a job without a queue was rejected");
  return *queue;
}

bool KueueQueues::could_hold(std::uint32_t flavor, const Request& request) const {
  std::uint64_t tasks = 0;
  for (std::size_t i = 0; i < fleet_->kinds().size(); ++i) {
    const bool takes = !request.terms || request.terms->gpu_models.empty() ||
                       has(request.terms->gpu_models, fleet_->kinds()[i].gpu_model);
    if (flavor_of_kind_[i] == flavor && takes) {
      tasks += fleet_->nodes_of_kind(i) * capacity_for(request.shape, *fleet_, i);
    }
  }
  return tasks >= request.shape.tasks;
}

template <class Passes>
std::optional<std::uint32_t> KueueQueues::first_flavor(const Request& request, std::uint32_t queue,
                                                       const Passes& passes) const {
  const Amounts amounts = amounts_of(request.shape);
  for (std::uint32_t flavor = 0; flavor < config_.flavors.size(); ++flavor) {
    if (books_->quota.ever_fits(queue, flavor, amounts) && could_hold(flavor, request) &&
        passes(flavor, amounts)) {
      return flavor;
    }
  }
  return std::nullopt;
}

KueueQueues::Charge KueueQueues::wants(const Request& request) const {
  const std::uint32_t queue = queue_of(request);
  const auto now = first_flavor(request, queue, [&](std::uint32_t flavor, const Amounts& amounts) {
    return books_->quota.fits(queue, flavor, amounts);
  });
  return now ? Charge{queue, *now, amounts_of(request.shape)} : first_choice(request);
}

KueueQueues::Charge KueueQueues::first_choice(const Request& request) const {
  const std::uint32_t queue = queue_of(request);
  return {queue, first_flavor(request, queue, any_flavor).value_or(0), amounts_of(request.shape)};
}

std::string KueueQueues::never(const Request& request) const {
  const auto queue = find_queue(request);
  if (!queue) {
    return request.terms && !request.terms->queue.empty()
               ? "names the queue '" + request.terms->queue + "', which there is not"
               : "no cluster queue takes jobs of its tenant";
  }
  return first_flavor(request, *queue, any_flavor)
             ? std::string()
             : "asks for more than its cluster queue can ever have, what it may borrow included";
}

void KueueQueues::begin_pass(SimTime /*now*/) { blocked_.assign(books_->quota.nodes(), 0); }

std::optional<Reason> KueueQueues::refuses(const Request& request, SimTime now) const {
  const Charge charge = wants(request);
  if (charge.queue < blocked_.size() && blocked_[charge.queue] != 0) {
    return Reason::queue_head;
  }
  if (!books_->quota.fits(charge.queue, charge.flavor, charge.amounts)) {
    return Reason::quota;
  }
  return just_yielded(request, now) ? std::optional(Reason::begin_time) : std::nullopt;
}

void KueueQueues::waits(const Request& request, Reason reason) {
  const std::uint32_t queue = queue_of(request);
  if (books_->strict[queue] != 0 && !is_not_queued(reason)) {
    blocked_.resize(books_->quota.nodes());
    blocked_[queue] = 1;
  }
}

ScopeId KueueQueues::scope_now(const Request& request, SimTime /*now*/) {
  return scopes_[wants(request).flavor];
}

std::uint32_t KueueQueues::flavor_of(const Placement& placement) const {
  const auto kind = &fleet_->kind(placement.front().node) - fleet_->kinds().data();
  const auto flavor = flavor_of_kind_[static_cast<std::size_t>(kind)];
  check(flavor.has_value(), "jobs run on nodes of a flavor");
  return *flavor;
}

void KueueQueues::started(const Request& request, const Placement& placement, SimTime /*now*/) {
  charges_.resize(std::max<std::size_t>(charges_.size(), request.id.index() + 1));
  const Charge charge{queue_of(request), flavor_of(placement), amounts_of(request.shape)};
  books_->quota.take(charge.queue, charge.flavor, charge.amounts);
  charges_[request.id.index()] = charge;
}

void KueueQueues::stopped(const Request& request, Stop how, SimTime now) {
  if (request.id.index() >= charges_.size() || !charges_[request.id.index()]) {
    return;  // it had not started
  }
  const Charge& charge = *charges_[request.id.index()];
  books_->quota.give_back(charge.queue, charge.flavor, charge.amounts);
  charges_[request.id.index()].reset();
  yielded_.resize(std::max(yielded_.size(), charges_.size()), never_yet);
  yielded_[request.id.index()] = how == Stop::requeued ? now : never_yet;
}

KueueQueues& kueue_of(const std::vector<std::unique_ptr<Admission>>& admission) {
  KueueQueues* queues = nullptr;
  for (const auto& one : admission) {
    queues = queues == nullptr ? dynamic_cast<KueueQueues*>(one.get()) : queues;
  }
  check(queues != nullptr, "a policy has the admission that its parts need");
  return *queues;
}

std::unique_ptr<Admission> kueue(Setting setting) {
  return std::make_unique<KueueQueues>(read_kueue(setting));
}

}  // namespace berth
