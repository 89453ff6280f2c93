#include "workloads/traces/sacct_fields.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <utility>

#include "core/units.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t job_most = 67'108'863;  // Slurm's MaxJobId goes no further
constexpr std::uint64_t beyond_jobs = 100'000'000;
constexpr std::uint64_t of_parts = 50'000'000;

// Digits only, leading zeros too.
std::optional<std::uint64_t> digits(std::string_view text, std::size_t most = 10) {
  if (text.empty() || text.size() > most ||
      text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char digit : text) {
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

// The text up to the first `between`, which is cut off; nothing when there is none.
std::optional<std::string_view> cut(std::string_view& text, char between) {
  const std::size_t at = text.find(between);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view first = text.substr(0, at);
  text.remove_prefix(at + 1);
  return first;
}

std::optional<Duration> parse_seconds(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto whole = digits(text.substr(0, dot), 2);
  if (!whole || *whole > 59) {
    return std::nullopt;
  }
  if (dot == text.size()) {
    return std::chrono::seconds(*whole);
  }
  std::string fraction(text.substr(dot + 1));
  if (fraction.empty() || fraction.size() > 9) {
    return std::nullopt;
  }
  fraction.resize(9, '0');
  const auto nanoseconds = digits(fraction);
  return nanoseconds ? std::optional(std::chrono::seconds(*whole) + Duration(*nanoseconds))
                     : std::nullopt;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  const auto value = digits(text, 12);
  return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

// "64G", "4000M", "12.5G"; megabytes without a unit.
std::optional<std::int64_t> parse_memory(std::string_view text) {
  constexpr std::string_view units = "KMGTP";
  std::size_t unit = 1;
  if (!text.empty() && units.find(text.back()) != std::string_view::npos) {
    unit = units.find(text.back());
    text.remove_suffix(1);
  }
  const auto number = parse_number(text);
  if (!number || *number < 0 || *number > 1e15) {
    return std::nullopt;
  }
  const double bytes = *number * static_cast<double>(std::int64_t{1} << (10 * (unit + 1)));
  return bytes < 9e18 ? std::optional(static_cast<std::int64_t>(bytes)) : std::nullopt;
}

// "4", "5-9", "0-20:4".
bool add_tasks(std::string_view text, std::vector<std::uint32_t>& tasks) {
  constexpr std::size_t tasks_most = 4'000'001;  // Slurm's MaxArraySize goes no further
  const auto range = cut(text, '-');
  const auto upto = range ? cut(text, ':') : std::nullopt;
  const auto first = digits(range ? *range : text, 8);
  const auto last = range ? digits(upto ? *upto : text, 8) : first;
  const auto step = upto ? digits(text, 8) : std::optional(std::uint64_t{1});
  if (!first || !last || !step || *step == 0 || *last < *first || *last >= of_parts ||
      (*last - *first) / *step + tasks.size() >= tasks_most) {
    return false;
  }
  for (std::uint64_t task = *first; task <= *last; task += *step) {
    tasks.push_back(static_cast<std::uint32_t>(task));
  }
  return true;
}

// "1,5-9%2": which tasks, and how many of them at once. A long list ends in "...".
bool read_tasks(std::string_view text, SacctId& id) {
  if (const auto list = cut(text, '%')) {
    const auto at_once = digits(text, 8);
    if (!at_once || *at_once == 0) {
      return false;
    }
    id.at_once = static_cast<std::uint32_t>(*at_once);
    text = *list;
  }
  for (bool more = true; more;) {
    const auto one = cut(text, ',');
    more = one.has_value();
    const std::string_view item = one ? *one : text;
    if (!(item == "..." && !more && !id.tasks.empty()) && !add_tasks(item, id.tasks)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::uint64_t SacctId::number_of(std::uint32_t task) const { return job * beyond_jobs + task; }

std::optional<Duration> parse_slurm_length(std::string_view text) {
  std::uint64_t days = 0;
  const auto of_days = cut(text, '-');
  if (of_days) {
    const auto value = digits(*of_days, 5);
    if (!value || *value > 50'000) {
      return std::nullopt;
    }
    days = *value;
  }
  std::array<std::string_view, 3> parts;  // hours, minutes, seconds
  std::size_t count = 0;
  while (count < 2 && text.find(':') != std::string_view::npos) {
    parts[count++] = *cut(text, ':');
  }
  if (count == 0 || (of_days && count < 2) || text.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  const auto hours =
      count == 2 ? digits(parts[0], of_days ? 2 : 6) : std::optional(std::uint64_t{0});
  const auto minutes = digits(parts[count - 1], count == 2 ? 2 : 6);
  const auto seconds = parse_seconds(text);
  if (!hours || !minutes || !seconds || (of_days && *hours > 23) || (count == 2 && *minutes > 59)) {
    return std::nullopt;
  }
  return std::chrono::hours(24 * days + *hours) + std::chrono::minutes(*minutes) + *seconds;
}

std::optional<SacctId> parse_sacct_id(std::string_view text) {
  SacctId id;
  const std::size_t listed = text.rfind(']');  // inside, "..." stands for more of a list
  if (const std::size_t dot = text.find('.', listed == std::string_view::npos ? 0 : listed);
      dot != std::string_view::npos) {
    id.step = dot + 1 < text.size();
    text = text.substr(0, dot);
    if (!id.step) {
      return std::nullopt;
    }
  }
  const std::size_t end = std::min(text.find_first_of("_+"), text.size());
  const auto job = digits(text.substr(0, end));
  if (!job || *job == 0 || *job > job_most) {
    return std::nullopt;
  }
  id.job = id.number = *job;
  if (end == text.size()) {
    return id;
  }
  id.array = text[end] == '_';
  const std::string_view rest = text.substr(end + 1);
  if (id.array && rest.starts_with('[') && rest.ends_with(']')) {
    return read_tasks(rest.substr(1, rest.size() - 2), id) ? std::optional(id) : std::nullopt;
  }
  const auto number = digits(rest, 8);
  if (!number || *number >= of_parts) {
    return std::nullopt;
  }
  id.number = *job * beyond_jobs + (id.array ? 0 : of_parts) + *number;
  return id;
}

std::optional<SacctState> parse_sacct_state(std::string_view text) {
  using State = SacctState;
  constexpr std::array<std::pair<std::string_view, State>, 17> states{{
      {"COMPLETED", State::completed},
      {"COMPLETING", State::running},
      {"CONFIGURING", State::running},
      {"FAILED", State::failed},
      {"OUT_OF_MEMORY", State::failed},
      {"CANCELLED", State::cancelled},
      {"TIMEOUT", State::timeout},
      {"DEADLINE", State::stopped},
      {"NODE_FAIL", State::stopped},
      {"BOOT_FAIL", State::stopped},
      {"PREEMPTED", State::stopped},
      {"REQUEUED", State::stopped},
      {"REVOKED", State::cancelled},
      {"PENDING", State::waiting},
      {"RUNNING", State::running},
      {"RESIZING", State::running},
      {"SUSPENDED", State::running},
  }};
  if (text.starts_with("CANCELLED by ")) {
    return State::cancelled;
  }
  const auto found = std::ranges::find(states, text, &std::pair<std::string_view, State>::first);
  return found == states.end() ? std::nullopt : std::optional(found->second);
}

std::optional<SacctTres> parse_sacct_tres(std::string_view text, std::string& why) {
  SacctTres tres;
  std::int64_t typed = 0;  // GPUs of gres/gpu:MODEL
  std::size_t models = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto one = cut(rest, ',');
    std::string_view value = one ? *one : std::exchange(rest, {});
    const std::string_view whole = value;
    const auto name = cut(value, '=');
    const bool memory = name == "mem";
    const auto amount = memory ? parse_memory(value) : parse_count(value);
    const bool counted =
        memory || name == "cpu" || name == "node" || (name && name->starts_with("gres/gpu"));
    if (!name || name->empty() || (counted && !amount)) {
      why = "'" + std::string(whole) + "' is not name=amount";
      return std::nullopt;
    }
    if (memory) {
      tres.memory = *amount;
    } else if (name == "cpu") {
      tres.cpus = *amount;
    } else if (name == "node") {
      tres.nodes = *amount;
    } else if (name == "gres/gpu") {
      tres.gpus = *amount;
    } else if (name->starts_with("gres/gpu:")) {
      typed += *amount;
      tres.gpu_model = name->substr(std::string_view("gres/gpu:").size());
      ++models;
    }
  }
  tres.gpus = std::max(tres.gpus, typed);
  if (models != 1) {
    tres.gpu_model.clear();
  }
  if (std::max({tres.cpus, tres.gpus, tres.nodes}) > std::numeric_limits<std::int32_t>::max()) {
    why = "is more than any cluster has";
    return std::nullopt;
  }
  return tres;
}

}  // namespace berth
