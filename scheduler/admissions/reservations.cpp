// Advance and maintenance reservations, after Slurm's (scontrol create reservation): nodes that are
// set aside from a start for a duration, once or `times` times `every` so often.
//
// A job that names a reservation runs on its nodes alone and only where it ends, by its estimate,
// before the window does; it must be of its users or accounts. All other jobs have its nodes only
// where they end, by their estimate, before the window begins; nobody is stopped for it. So a job
// that outlives its estimate (slowed by the network) keeps its nodes into the window, and those of
// the reservation get them when it ends. Maintenance is a reservation that nobody may use, and may
// overlap others, whose jobs keep off its nodes too.
//
// `flags: flex`: jobs that name it may start earlier, end later and use other nodes as well, as
// Slurm's FLEX lets them; the nodes are kept free of others all the same.
#include "scheduler/admissions/reservations.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "scheduler/admission.hpp"

namespace berth {
namespace {

class Reservations final : public Admission {
 public:
  explicit Reservations(std::vector<Reservation> all) : all_(std::move(all)) {}

  void begin_run(const RunContext& context) override {
    catalog_ = &context.catalog;
    scopes_ = &context.scopes;
    for (const Reservation& one : all_) {
      nodes_.push_back(one.nodes_in(context.fleet, taken_at_its_time(one, context.fleet)));
      check_overlaps(one, context.fleet);
    }
  }

  [[nodiscard]] std::string never(const Request& request) const override {
    if (!names_one(request)) {
      return {};
    }
    const std::string& name = request.terms->reservation;
    const auto found = std::ranges::find(all_, name, &Reservation::name);
    if (found == all_.end()) {
      return "names the reservation '" + name + "', which there is not";
    }
    const bool named = request.tenant.index() < catalog_->tenants.size();
    const std::string tenant = named ? catalog_->tenants.name(request.tenant) : std::string();
    const std::string& account = request.terms->account.empty() ? tenant : request.terms->account;
    if (!found->admits(tenant, account)) {
      return "may not use the reservation '" + name + "'";
    }
    return !found->flexible() && request.estimate > found->duration()
               ? "may run longer than the reservation '" + name + "' lasts"
               : std::string();
  }
  [[nodiscard]] std::optional<Reason> refuses(const Request& request, SimTime now) const override {
    if (!is_kept_in_one(request)) {
      return std::nullopt;
    }
    const auto window = all_[index_of(request)].window(now);
    const bool open = window && window->start <= now && after(now, request.estimate) <= window->end;
    return open ? std::nullopt : std::optional(Reason::advance_reservation);
  }

  [[nodiscard]] ScopeId scope(const Request& request) override {
    return is_kept_in_one(request) ? scopes_->of(nodes_[index_of(request)]) : all_nodes;
  }
  [[nodiscard]] ScopeId scope_now(const Request& request, SimTime now) override {
    const SimTime end = after(now, std::max(request.estimate, Duration(1)));
    std::vector<std::size_t> kept_off;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const bool own = names_one(request) && i == index_of(request);
      if (!own && all_[i].overlaps(now, end)) {
        kept_off.push_back(i);
      }
    }
    return kept_off.empty() ? all_nodes : outside(kept_off);
  }
  [[nodiscard]] bool scope_changes() const override { return true; }

  [[nodiscard]] std::optional<SimTime> wake_at(SimTime now) const override {
    std::optional<SimTime> next;
    for (const Reservation& one : all_) {
      if (const auto window = one.window(now)) {
        const SimTime at = window->start > now ? window->start : window->end;
        next = next ? std::min(*next, at) : at;
      }
    }
    return next;
  }

 private:
  static bool names_one(const Request& request) {
    return request.terms && !request.terms->reservation.empty();
  }
  // In the time and on the nodes of the one that it names.
  [[nodiscard]] bool is_kept_in_one(const Request& request) const {
    return names_one(request) && !all_[index_of(request)].flexible();
  }
  // REQUIRES: there is the one that it names.
  [[nodiscard]] std::size_t index_of(const Request& request) const {
    const auto found = std::ranges::find(all_, request.terms->reservation, &Reservation::name);
    return static_cast<std::size_t>(found - all_.begin());
  }

  // What reservations before it in the list have while it lasts.
  [[nodiscard]] NodeSet taken_at_its_time(const Reservation& one, const Fleet& fleet) const {
    NodeSet taken(fleet.nodes());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (all_[i].overlaps(one)) {
        add(nodes_[i], taken);
      }
    }
    return taken;
  }
  static void add(const NodeSet& more, NodeSet& nodes) {
    for (std::uint32_t node = more.first(); node != NodeSet::none; node = more.next(node + 1)) {
      if (!nodes.contains(node)) {
        nodes.insert(node);
      }
    }
  }

  // REQUIRES: its nodes came last.
  void check_overlaps(const Reservation& one, const Fleet& fleet) const {
    const NodeSet& nodes = nodes_.back();
    for (std::size_t i = 0; i + 1 < nodes_.size(); ++i) {
      if (one.maintenance() || all_[i].maintenance() || !all_[i].overlaps(one)) {
        continue;
      }
      for (std::uint32_t node = nodes.first(); node != NodeSet::none; node = nodes.next(node + 1)) {
        if (nodes_[i].contains(node)) {
          one.fail("'" + all_[i].name() + "' has " + fleet.name(NodeId(node)) + " at that time",
                   "take other nodes, or another time; only maintenance may overlap");
        }
      }
    }
  }

  ScopeId outside(const std::vector<std::size_t>& reservations) {
    const auto known = outside_.find(reservations);
    if (known != outside_.end()) {
      return known->second;
    }
    NodeSet nodes = nodes_[reservations.front()];
    for (const std::size_t i : reservations) {
      add(nodes_[i], nodes);
    }
    return outside_[reservations] = scopes_->outside(scopes_->of(nodes));
  }

  std::vector<Reservation> all_;
  std::vector<NodeSet> nodes_;  // of each
  std::map<std::vector<std::size_t>, ScopeId> outside_;
  const Catalog* catalog_ = nullptr;
  Scopes* scopes_ = nullptr;
};

}  // namespace

std::unique_ptr<Admission> reservations(Setting setting) {
  std::vector<Reservation> all;
  for (const Setting& one : setting.at("reservations").items()) {
    all.push_back(Reservation::read(one));
    const auto same = std::ranges::find(all, all.back().name(), &Reservation::name);
    if (same + 1 != all.end()) {
      one.at("name").fail("'" + all.back().name() + "' is the name of an earlier one");
    }
  }
  return std::make_unique<Reservations>(std::move(all));
}

}  // namespace berth
