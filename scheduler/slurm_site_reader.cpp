// How `slurm:` of a policy is read.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/hostlist.hpp"
#include "scheduler/slurm_limits_reader.hpp"
#include "scheduler/slurm_site.hpp"
#include "topology/slurm_conf.hpp"
#include "workloads/bytes.hpp"
#include "workloads/text_lines.hpp"

namespace berth {
namespace {

constexpr std::uint32_t tier_most = 65533;

// `name:` with nothing behind it.
bool is_empty(Setting setting) {
  return !setting.is_map() && !setting.is_list() && !setting.is_scalar();
}

std::uint32_t count_or(Setting map, std::string_view key, std::uint32_t otherwise,
                       std::int64_t most = slurm_count_most) {
  return static_cast<std::uint32_t>(map.count_or(key, otherwise, 0, most));
}

std::vector<std::string> words_at(Setting map, std::string_view key) {
  std::vector<std::string> words;
  if (const auto setting = map.find(key)) {
    for (const Setting& one : setting->is_list() ? setting->items() : std::vector{*setting}) {
      words.push_back(one.text());
    }
  }
  return words;
}

SlurmPreemption preemption_of(Setting map) {
  constexpr std::array<std::string_view, 4> modes{"off", "cancel", "requeue", "suspend"};
  SlurmPreemption preemption;
  if (const auto mode = map.find("preempt_mode")) {
    preemption.mode = static_cast<PreemptMode>(mode->choice({modes.begin(), modes.end()}));
  }
  preemption.grace = duration_at(map, "grace_time");
  return preemption;
}

SlurmPartition partition_of(const std::string& name, Setting map) {
  SlurmPartition partition;
  partition.name = name;
  partition.nodes = "ALL";
  if (is_empty(map)) {
    return partition;
  }
  partition.nodes = map.text_or("nodes", "ALL");
  partition.where = map.where();
  if (const auto nodes = map.find("nodes")) {
    partition.where = nodes->where();
    try {
      static_cast<void>(expand_hostlist(partition.nodes));
    } catch (const InputError& error) {
      nodes->fail(error.what());
    }
  }
  partition.min_nodes = count_or(map, "min_nodes", 0);
  partition.max_nodes = count_at(map, "max_nodes");
  if (partition.max_nodes && *partition.max_nodes < partition.min_nodes) {
    map.at("max_nodes").fail("is less than min_nodes");
  }
  partition.max_time = duration_at(map, "max_time");
  partition.priority_tier = count_or(map, "priority_tier", 1, tier_most);
  partition.priority_job_factor = count_or(map, "priority_job_factor", 1, tier_most);
  partition.default_qos = map.text_or("default_qos", "");
  partition.accounts = words_at(map, "accounts");
  partition.qos = words_at(map, "qos");
  partition.exclusive_topo = map.flag_or("exclusive_topo", false);
  partition.preemption = preemption_of(map);
  return partition;
}

SlurmQos qos_of(const std::string& name, Setting map) {
  SlurmQos qos;
  qos.name = name;
  if (is_empty(map)) {
    return qos;
  }
  qos.priority = count_or(map, "priority", 0);
  qos.usage_factor = map.number_or("usage_factor", 1, 0, 1e6);
  qos.preempt = words_at(map, "preempt");
  qos.preemption = preemption_of(map);
  qos.exempt = duration_at(map, "preempt_exempt_time");
  qos.limits = limits_of_qos(map);
  return qos;
}

// As slurm.conf says it. GANG time-slices, which is not simulated: it stops nobody.
PreemptMode mode_of(const std::string& text, const Where& where) {
  for (const auto& [word, mode] :
       {std::pair("cancel", PreemptMode::cancel), std::pair("requeue", PreemptMode::requeue),
        std::pair("suspend", PreemptMode::suspend), std::pair("off", PreemptMode::off),
        std::pair("gang", PreemptMode::off)}) {
    if (text.find(word) != std::string::npos) {
      return mode;
    }
  }
  throw InputError(where, "PreemptMode: no such mode '" + text + "'",
                   "known: OFF, CANCEL, REQUEUE, SUSPEND, GANG");
}

SlurmPartition partition_of(const SlurmConf::Partition& written, const std::string& path) {
  SlurmPartition partition;
  partition.where = {path, static_cast<int>(written.line)};
  partition.name = written.name;
  partition.nodes = written.nodes;
  partition.min_nodes = written.min_nodes;
  partition.max_nodes = written.max_nodes;
  partition.max_time = written.max_time;
  partition.priority_tier = written.priority_tier;
  partition.priority_job_factor = written.priority_job_factor;
  partition.accounts = written.accounts;
  partition.qos = written.qos;
  partition.exclusive_topo = written.exclusive_topo;
  if (!written.preempt_mode.empty()) {
    partition.preemption.mode = mode_of(written.preempt_mode, partition.where);
  }
  partition.preemption.grace = written.grace_time;
  return partition;
}

// The partitions of the slurm.conf at `file`, the default one first.
std::vector<SlurmPartition> partitions_in(Setting file) {
  const std::filesystem::path written = file.text();
  const std::filesystem::path folder = std::filesystem::path(file.where().path).parent_path();
  const std::string path = written.is_absolute() ? written.string() : (folder / written).string();
  if (const std::string why = unreadable(path); !why.empty()) {
    file.fail("'" + path + "': " + why);
  }
  std::string text;
  TextLines lines = TextLines::of_file(path);
  while (const auto line = lines.next()) {
    text += std::string(*line) + '\n';
  }
  const SlurmConf conf = read_slurm_conf(text, path);
  std::vector<SlurmPartition> all;
  for (const SlurmConf::Partition& one : conf.partitions) {
    all.insert(one.is_default ? all.begin() : all.end(), partition_of(one, path));
  }
  if (all.empty()) {
    file.fail("'" + path + "' has no partition");
  }
  return all;
}

}  // namespace

// Builds a site entry by entry.
class SlurmSiteReader {
 public:
  explicit SlurmSiteReader(Setting slurm) : slurm_(slurm) {
    site_.path_ = slurm.path();
    site_.where_ = slurm.where();
  }

  SlurmSite read() {
    read_partitions();
    read_qos();
    read_accounts();
    check_names();
    return std::move(site_);
  }

 private:
  void read_partitions() {
    if (const auto conf = slurm_.find("conf")) {
      if (const auto partitions = slurm_.find("partitions")) {
        partitions->fail("does not go with conf", "the file has all partitions");
      }
      site_.has_partitions_ = true;
      site_.partitions_ = partitions_in(*conf);
    } else if (const auto partitions = slurm_.find("partitions")) {
      site_.has_partitions_ = true;
      site_.partitions_.clear();
      for (const auto& [name, map] : partitions->entries()) {
        site_.partitions_.push_back(partition_of(name, map));
      }
      refuse_none(*partitions, site_.partitions_.empty());
    }
    if (const auto name = slurm_.find("default_partition")) {
      const auto first = std::ranges::find(site_.partitions_, name->text(), &SlurmPartition::name);
      if (first == site_.partitions_.end()) {
        name->fail("no such partition '" + name->text() + "'");
      }
      std::rotate(site_.partitions_.begin(), first, first + 1);
    }
  }

  void read_qos() {
    if (const auto all = slurm_.find("qos")) {
      site_.has_qos_ = true;
      site_.qos_.clear();
      for (const auto& [name, map] : all->entries()) {
        site_.qos_.push_back(qos_of(name, map));
      }
      refuse_none(*all, site_.qos_.empty());
    }
    site_.default_qos_ = slurm_.text_or("default_qos", site_.qos_.front().name);
  }

  void read_accounts() {
    if (const auto accounts = slurm_.find("accounts")) {
      site_.associations_.front().open = false;
      read_accounts_in(*accounts, 0);
      refuse_none(*accounts, site_.associations_.size() == 1);
    }
    if (const auto name = slurm_.find("default_account")) {
      site_.default_account_ = find_account(name->text());
      if (!site_.default_account_) {
        name->fail("no such account '" + name->text() + "'");
      }
      if (!site_.associations_[*site_.default_account_].open) {
        name->fail("'" + name->text() + "' lists its users, so that it takes nobody else",
                   "name one without `users`");
      }
    }
  }

  void read_accounts_in(Setting accounts, std::uint32_t parent) {
    for (const auto& [name, map] : accounts.entries()) {
      if (find_account(name)) {
        map.fail(name == "root" ? "'root' is the account above all others"
                                : "account '" + name + "' is written twice",
                 "give each account a name of its own");
      }
      const std::uint32_t account = add(name, parent, map);
      if (is_empty(map)) {
        site_.associations_[account].open = true;
        continue;
      }
      const auto users = map.find("users");
      site_.associations_[account].open = !users;
      if (users) {
        read_users(*users, account);
      }
      if (const auto inner = map.find("accounts")) {
        read_accounts_in(*inner, account);
      }
    }
  }

  void read_users(Setting users, std::uint32_t account) {
    for (const auto& [name, setting] : users.entries()) {
      const std::uint32_t user = add(name, account, setting);
      site_.associations_[user].user = true;
      if (setting.is_scalar()) {
        site_.associations_[user].shares =
            static_cast<std::uint32_t>(setting.count(0, slurm_count_most));
      }
    }
  }

  std::uint32_t add(const std::string& name, std::uint32_t parent, Setting setting) {
    SlurmAssociation one;
    one.name = name;
    one.parent = parent;
    if (setting.is_map()) {
      one.shares = count_or(setting, "shares", 1);
      one.priority = count_at(setting, "priority");
      one.limits = limits_of_association(setting);
    }
    site_.associations_.push_back(std::move(one));
    return static_cast<std::uint32_t>(site_.associations_.size() - 1);
  }

  [[nodiscard]] std::optional<std::uint32_t> find_account(std::string_view name) const {
    for (std::uint32_t i = 0; i < site_.associations_.size(); ++i) {
      if (!site_.associations_[i].user && site_.associations_[i].name == name) {
        return i;
      }
    }
    return std::nullopt;
  }

  // Names of one map in another.
  void check_names() const {
    const auto check_qos = [this](Setting place, const std::string& name) {
      if (!name.empty() && site_.find_qos(name) == nullptr) {
        place.fail("no such QOS '" + name + "'");
      }
    };
    if (const auto name = slurm_.find("default_qos")) {
      check_qos(*name, name->text());
    }
    for (const SlurmPartition& partition : site_.partitions_) {
      if (!site_.has_partitions_) {
        break;
      }
      const auto conf = slurm_.find("conf");
      const Setting place = conf ? *conf : slurm_.at("partitions").at(partition.name);
      check_qos(place, partition.default_qos);
      for (const std::string& name : partition.qos) {
        check_qos(place, name);
      }
      for (const std::string& name : partition.accounts) {
        if (!find_account(name)) {
          place.fail("no such account '" + name + "'");
        }
      }
    }
    for (const SlurmQos& qos : site_.qos_) {
      for (const std::string& name : qos.preempt) {
        check_qos(slurm_.at("qos").at(qos.name), name);
      }
    }
  }

  static void refuse_none(Setting map, bool none) {
    if (none) {
      map.fail("names none");
    }
  }

  Setting slurm_;
  SlurmSite site_;
};

std::shared_ptr<const SlurmSite> SlurmSite::read(Setting policy) {
  const auto slurm = policy.find("slurm");
  return std::make_shared<const SlurmSite>(slurm ? SlurmSiteReader(*slurm).read() : SlurmSite());
}

}  // namespace berth
