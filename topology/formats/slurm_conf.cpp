#include "topology/slurm_conf.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "core/hostlist.hpp"
#include "core/settings_tree.hpp"
#include "core/units.hpp"
#include "topology/formats/slurm_check.hpp"
#include "topology/formats/slurm_words.hpp"

namespace berth {
namespace {

constexpr std::int64_t count_most = std::numeric_limits<std::int32_t>::max();

std::vector<std::string_view> split(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find(between); at != text.npos; at = text.find(between)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

// The values of a line and of the DEFAULT lines before it.
class Values {
 public:
  void set(const SlurmWord& word) { values_[word.key] = word.value; }
  void over(const Values& defaults) {
    values_.insert(defaults.values_.begin(), defaults.values_.end());
  }

  [[nodiscard]] const std::string* find(std::string_view key) const {
    const auto at = values_.find(key);
    return at == values_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] std::optional<std::int64_t> count(std::string_view key, const Where& where,
                                                  std::int64_t most = count_most) const {
    const std::string* text = find(key);
    if (text == nullptr) {
      return std::nullopt;
    }
    const auto value = parse_integer(*text);
    if (!value || *value < 0 || *value > most) {
      throw InputError(where, std::string(key) + ": " + shown(*text) + " is not a number",
                       "expected: 0.." + std::to_string(most));
    }
    return value;
  }
  // A number, or nothing where the text says that there is no limit.
  [[nodiscard]] std::optional<std::int64_t> limit(std::string_view key, const Where& where) const {
    return unlimited(key) ? std::nullopt : count(key, where);
  }
  [[nodiscard]] bool unlimited(std::string_view key) const {
    const std::string* text = find(key);
    const std::string small = text == nullptr ? "" : in_small_letters(*text);
    return small == "unlimited" || small == "infinite";
  }
  // YES or NO, which it is where nothing is said.
  [[nodiscard]] bool flag(std::string_view key, const Where& where) const {
    const std::string* text = find(key);
    const std::string small = text == nullptr ? "no" : in_small_letters(*text);
    if (small != "yes" && small != "no") {
      throw InputError(where, std::string(key) + ": " + shown(*text) + " is neither YES nor NO");
    }
    return small == "yes";
  }
  // Names between commas; none for ALL.
  [[nodiscard]] std::vector<std::string> names(std::string_view key) const {
    std::vector<std::string> all;
    const std::string* text = find(key);
    if (text != nullptr && in_small_letters(*text) != "all") {
      for (const std::string_view name : split(*text, ',')) {
        all.emplace_back(name);
      }
    }
    return all;
  }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// "minutes", "minutes:seconds", "hours:minutes:seconds", "days-hours", "days-hours:minutes",
// "days-hours:minutes:seconds" (slurm.conf.5, MaxTime).
Duration time_limit(const std::string& text, std::string_view key, const Where& where) {
  const auto fail = [&]() -> Duration {
    throw InputError(where, std::string(key) + ": " + shown(text) + " is not a time",
                     "expected minutes, hours:minutes:seconds or days-hours:minutes:seconds");
  };
  std::string_view rest = text;
  std::int64_t days = 0;
  const std::size_t dash = rest.find('-');
  const auto number = [](std::string_view part) -> std::int64_t {
    if (part.empty() || part.size() > 8 ||
        part.find_first_not_of("0123456789") != std::string_view::npos) {
      return -1;
    }
    std::int64_t value = 0;
    for (const char digit : part) {
      value = 10 * value + (digit - '0');
    }
    return value;
  };
  if (dash != rest.npos) {
    days = number(rest.substr(0, dash));
    rest.remove_prefix(dash + 1);
  }
  std::array<std::int64_t, 3> parts{};
  const auto written = split(rest, ':');
  // Without days, one number is minutes and two are minutes and seconds.
  const std::size_t first = dash == std::string_view::npos && written.size() < 3 ? 1 : 0;
  if (written.size() + first > 3 || days < 0) {
    return fail();
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    parts[first + i] = number(written[i]);
    if (parts[first + i] < 0) {
      return fail();
    }
  }
  constexpr std::int64_t most = 1'000'000;  // of each, so that their sum fits a length of time
  using namespace std::chrono;
  return hours(24 * std::min(days, most / 50) + std::min(parts[0], most)) +
         minutes(std::min(parts[1], most)) + seconds(std::min(parts[2], most));
}

// "gpu:h100:8(S:0-1),nvme:1".
void read_gres(const std::string& text, NodeKind& kind, const Where& where) {
  std::int64_t gpus = 0;
  for (std::string_view one : split(text, ',')) {
    one = one.substr(0, one.find('('));
    const auto parts = split(one, ':');
    if (parts.front() != "gpu") {
      continue;
    }
    std::int64_t count = 1;
    std::string_view model;
    if (parts.size() > 1) {
      const auto last = parse_integer(parts.back());
      count = last.value_or(1);
      model = parts.size() > 2 || !last ? parts[1] : std::string_view();
    }
    const bool wrong =
        parts.size() > 3 || count < 1 || (parts.size() == 3 && !parse_integer(parts[2]));
    if (wrong || (!model.empty() && !kind.gpu_model.empty() && kind.gpu_model != model)) {
      throw InputError(where, "Gres: " + shown(text) + " is not understood",
                       "expected gpu:COUNT or gpu:MODEL:COUNT, of one model a node");
    }
    gpus += count;
    kind.gpu_model = model.empty() ? kind.gpu_model : std::string(model);
  }
  if (gpus > gpus_per_node_most) {
    throw InputError(where, "Gres: " + std::to_string(gpus) + " GPUs are more than a node can have",
                     "at most " + std::to_string(gpus_per_node_most));
  }
  kind.gpus = static_cast<std::uint32_t>(gpus);
}

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  void read(const SlurmLine& line) {
    const Where where = where_of(path_, line.number);
    SlurmWords words(line.text, where);
    if (words.done()) {
      return;
    }
    const SlurmWord first = words.next();
    const bool node = first.key == "nodename";
    if (!node && first.key != "partitionname") {
      return;  // a parameter of the whole cluster
    }
    Values values;
    while (!words.done()) {
      values.set(words.next());
    }
    Values& defaults = node ? node_defaults_ : partition_defaults_;
    values.over(defaults);
    if (in_small_letters(first.value) == "default") {
      defaults = values;
    } else if (node) {
      add_nodes(first.value, values, where);
    } else {
      add_partition(first.value, values, where);
    }
  }

  SlurmConf done() {
    if (conf_.nodes.empty()) {
      throw InputError({path_}, "the file names no node",
                       "write lines NodeName=n[1-4] CPUs=64 ...");
    }
    return std::move(conf_);
  }

 private:
  void add_nodes(std::string_view names, const Values& values, const Where& where) {
    NodeKind kind;
    constexpr std::int64_t mebibytes_most = std::int64_t{1} << 42U;
    kind.cpu_milli = cpus(values, where) * 1000;
    kind.memory = values.count("realmemory", where, mebibytes_most).value_or(1) << 20U;
    kind.weight = static_cast<std::int32_t>(values.count("weight", where).value_or(1));
    kind.labels = values.names(values.find("features") != nullptr ? "features" : "feature");
    if (const std::string* gres = values.find("gres")) {
      read_gres(*gres, kind, where);
    }
    for (std::string& name : lists_.expand(names, "NodeName", where)) {
      if (!seen_.insert(name).second) {
        throw InputError(where, "node " + shown(name) + " is named twice");
      }
      conf_.nodes.push_back({std::move(name), kind, static_cast<std::size_t>(where.line)});
    }
  }

  static std::int64_t cpus(const Values& values, const Where& where) {
    if (const auto written = values.count("cpus", where, 1'000'000)) {
      return *written;
    }
    std::int64_t product = 1;
    for (const std::string_view key : {"boards", "sockets", "corespersocket", "threadspercore"}) {
      product *= values.count(key, where, 1024).value_or(1);
    }
    return product;
  }

  void add_partition(std::string_view name, const Values& values, const Where& where) {
    SlurmConf::Partition made;
    made.name = name;
    made.line = static_cast<std::size_t>(where.line);
    if (std::ranges::find(conf_.partitions, made.name, &SlurmConf::Partition::name) !=
        conf_.partitions.end()) {
      throw InputError(where, "partition " + shown(name) + " is named twice");
    }
    if (const std::string* nodes = values.find("nodes")) {
      made.nodes = in_small_letters(*nodes) == "all" ? "ALL" : *nodes;
    }
    const std::string* is_default = values.find("default");
    made.is_default = is_default != nullptr && in_small_letters(*is_default) == "yes";
    made.min_nodes = static_cast<std::uint32_t>(values.count("minnodes", where).value_or(0));
    made.max_nodes = values.limit("maxnodes", where);
    if (made.max_nodes && *made.max_nodes < made.min_nodes) {
      throw InputError(where, "MaxNodes is less than MinNodes");
    }
    if (const std::string* time = values.find("maxtime");
        time != nullptr && !values.unlimited("maxtime")) {
      made.max_time = time_limit(*time, "MaxTime", where);
    }
    constexpr std::int64_t tier_most = 65533;
    made.priority_tier =
        static_cast<std::uint32_t>(values.count("prioritytier", where, tier_most).value_or(1));
    made.priority_job_factor =
        static_cast<std::uint32_t>(values.count("priorityjobfactor", where, tier_most).value_or(1));
    if (const std::string* mode = values.find("preemptmode")) {
      made.preempt_mode = in_small_letters(*mode);
    }
    if (const auto grace = values.count("gracetime", where)) {
      made.grace_time = std::chrono::seconds(*grace);
    }
    made.exclusive_topo = values.flag("exclusivetopo", where);
    made.accounts = values.names("allowaccounts");
    made.qos = values.names("allowqos");
    conf_.partitions.push_back(std::move(made));
  }

  const std::string& path_;
  FileHostlists lists_;
  SlurmConf conf_;
  std::set<std::string> seen_;
  Values node_defaults_;
  Values partition_defaults_;
};

}  // namespace

SlurmConf read_slurm_conf(std::string_view text, const std::string& path) {
  TextOfLines lines(text, path);
  Reader reader(path);
  for (SlurmLine line; next_slurm_line(lines, line);) {
    reader.read(line);
  }
  return reader.done();
}

}  // namespace berth
