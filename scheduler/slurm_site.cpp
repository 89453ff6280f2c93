#include "scheduler/slurm_site.hpp"

#include <algorithm>

#include "core/hostlist.hpp"
#include "workloads/labels.hpp"

namespace berth {
namespace {

template <class Named>
const Named* find_name(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : &*found;
}

template <class Named>
std::string known(const std::vector<Named>& all) {
  std::string text;
  for (const Named& one : all) {
    text += (text.empty() ? "known: " : ", ") + one.name;
  }
  return text;
}

std::string job_text(const Request& request) { return "job " + std::to_string(request.number); }

}  // namespace

SlurmSite::SlurmSite() : partitions_(1), qos_(1), associations_(1) {
  partitions_.front().name = default_name;
  partitions_.front().nodes = "ALL";
  qos_.front().name = "normal";
  associations_.front().name = "root";
  associations_.front().open = true;
}

void SlurmSite::fail(const std::string& key, const std::string& what,
                     const std::string& remedy) const {
  throw InputError(where_, (asks() ? path_ : "policy.slurm") + "." + key + ": " + what, remedy);
}

NodeSet SlurmSite::nodes(const SlurmPartition& partition, const Fleet& fleet) {
  NodeSet nodes(fleet.nodes());
  if (partition.nodes == "ALL") {
    for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
      nodes.insert(node);
    }
    return nodes;
  }
  for (const std::string& name : expand_hostlist(partition.nodes)) {
    const auto node = fleet.find(name);
    if (!node) {
      throw InputError(partition.where,
                       "partition '" + partition.name + "': the cluster has no node '" + name + "'",
                       "its nodes are " + fleet.name(NodeId(0)) + " to " +
                           fleet.name(NodeId(fleet.nodes() - 1)));
    }
    if (!nodes.contains(node->index())) {
      nodes.insert(node->index());
    }
  }
  return nodes;
}

void SlurmSite::check_fleet(const Fleet& fleet) const {
  for (const SlurmPartition& partition : partitions_) {
    static_cast<void>(nodes(partition, fleet));
  }
}

void SlurmSite::check_knows_no_blocks() const {
  for (const SlurmPartition& partition : partitions_) {
    if (partition.exclusive_topo) {
      throw InputError(partition.where,
                       "partition '" + partition.name +
                           "' gives jobs their blocks for themselves, and the placer knows of none",
                       "write placer: slurm_block, or leave that out");
    }
  }
}

void SlurmSite::check(const Request& request, const Catalog& catalog) const {
  const std::string& partition = catalog.partitions.name(request.partition);
  if (has_partitions_ && partition != default_name && find_partition(partition) == nullptr) {
    fail("partitions", job_text(request) + " is of partition '" + partition + "', which is none",
         known(partitions_));
  }
  const std::string& qos = name_of_qos(request, catalog);
  if (has_qos_ && find_qos(qos) == nullptr) {
    fail("qos", job_text(request) + " is of QOS '" + qos + "', which is none", known(qos_));
  }
  const std::string account = request.terms ? request.terms->account : "";
  const std::string& user = catalog.tenants.name(request.tenant);
  if (associations_.size() > 1 && !find_membership(account, user)) {
    fail("accounts",
         job_text(request) + " is of user '" + user + "' and " +
             (account.empty() ? "no account lists them"
                              : "account '" + account + "', which is none of theirs"),
         "list them, or name a default_account without users");
  }
}

const SlurmPartition* SlurmSite::find_partition(std::string_view name) const {
  return find_name(partitions_, name);
}

const SlurmQos* SlurmSite::find_qos(std::string_view name) const { return find_name(qos_, name); }

const SlurmPartition& SlurmSite::partition(PartitionId id, const Catalog& catalog) const {
  if (!has_partitions_) {
    return partitions_.front();
  }
  const auto* found = find_partition(catalog.partitions.name(id));
  return found != nullptr ? *found : partitions_.front();
}

const std::string& SlurmSite::name_of_qos(const Request& request, const Catalog& catalog) const {
  if (request.terms && !request.terms->qos.empty()) {
    return request.terms->qos;
  }
  const std::string& of_partition = partition(request, catalog).default_qos;
  return of_partition.empty() ? default_qos_ : of_partition;
}

const SlurmQos& SlurmSite::qos(const Request& request, const Catalog& catalog) const {
  const auto* found = find_qos(name_of_qos(request, catalog));
  return found != nullptr ? *found : qos_.front();
}

// The account that the job names, or the first that lists its user, or the default one.
std::optional<SlurmSite::Membership> SlurmSite::find_membership(const std::string& account,
                                                                const std::string& user) const {
  std::optional<Membership> open;
  for (std::uint32_t i = 0; i < associations_.size(); ++i) {
    const SlurmAssociation& one = associations_[i];
    const bool named = one.user ? account.empty() || associations_[one.parent].name == account
                                : one.name == account || (account.empty() && i == default_account_);
    if (named && one.user && one.name == user) {
      return Membership{one.parent, i};
    }
    if (named && !one.user && one.open) {
      open = Membership{i, std::nullopt};
    }
  }
  return open;
}

SlurmSite::Membership SlurmSite::membership(const Request& request, const Catalog& catalog) const {
  if (associations_.size() == 1) {
    return {};
  }
  const std::string account = request.terms ? request.terms->account : "";
  return find_membership(account, catalog.tenants.name(request.tenant)).value_or(Membership{});
}

std::uint32_t SlurmSite::priority(std::uint32_t association) const {
  while (!associations_[association].priority && association != 0) {
    association = associations_[association].parent;
  }
  return associations_[association].priority.value_or(0);
}

}  // namespace berth
