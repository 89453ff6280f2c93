#include "workloads/dependency_text.hpp"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "core/units.hpp"

namespace berth {
namespace {

using Kind = Dependency::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> kinds{
    {{"after", Kind::after},
     {"afterany", Kind::after_any},
     {"afterok", Kind::after_ok},
     {"afternotok", Kind::after_not_ok},
     {"singleton", Kind::singleton}}};

std::vector<std::string> split(const std::string& text, char between) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    if (letter == between) {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  return words;
}

Kind kind_of(const std::string& word, Setting text) {
  for (const auto& [name, kind] : kinds) {
    if (word == name) {
      return kind;
    }
  }
  text.fail("no such dependency '" + word + "'",
            "known: after:JOB[+MINUTES], afterany:JOB, afterok:JOB, afternotok:JOB, singleton");
}

NamedDependency on_job(Kind kind, const std::string& word, Setting text) {
  constexpr std::int64_t minutes_most = 1'000'000;
  const std::size_t plus = kind == Kind::after ? word.find('+') : std::string::npos;
  NamedDependency on{kind, word.substr(0, plus), {}};
  if (plus != std::string::npos) {
    const auto minutes = parse_integer(word.substr(plus + 1));
    if (!minutes || *minutes < 0 || *minutes > minutes_most) {
      text.fail("must be after:JOB+MINUTES, is '" + word + "'");
    }
    on.delay = std::chrono::minutes(*minutes);
  }
  if (on.job.empty()) {
    text.fail("names no job", "for example afterok:a:b");
  }
  return on;
}

}  // namespace

std::vector<NamedDependency> read_dependencies(Setting text) {
  std::vector<NamedDependency> of_list;
  if (text.is_list()) {
    for (const Setting& item : text.items()) {
      const auto some = read_dependencies(item);
      of_list.insert(of_list.end(), some.begin(), some.end());
    }
    return of_list;
  }
  const std::string written = text.text();
  if (written.find('?') != std::string::npos) {
    text.fail("any one of several dependencies is not known here", "separate them with ',': all");
  }
  std::vector<NamedDependency> all;
  for (const std::string& each : split(written, ',')) {
    const std::vector<std::string> words = split(each, ':');
    const Kind kind = kind_of(words.front(), text);
    if (kind == Kind::singleton ? words.size() > 1 : words.size() < 2) {
      text.fail(kind == Kind::singleton ? "singleton names no job" : "names no job",
                "for example afterok:a:b,singleton");
    }
    if (kind == Kind::singleton) {
      all.push_back({kind, "", {}});
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
      all.push_back(on_job(kind, words[i], text));
    }
  }
  return all;
}

}  // namespace berth
