#include "workloads/traces/sacct_table.hpp"

#include <algorithm>
#include <utility>

namespace berth {
namespace {

constexpr std::array<std::string_view, SacctTable::columns> names{
    "JobID", "Submit",  "Elapsed",   "ElapsedRaw", "Timelimit", "TimelimitRaw", "State",
    "User",  "Account", "Partition", "QOS",        "ReqTRES",   "AllocTRES",    "NodeList"};

}  // namespace

std::string_view SacctTable::name(Column column) { return names[index(column)]; }

SacctTable::SacctTable(TextLines lines) : lines_(std::move(lines)) {
  const auto header = lines_.next();
  if (!header || header->empty()) {
    throw InputError(Where{lines_.path()}, "holds no job", "the first line names the columns");
  }
  split(*header);
  width_ = fields_.size();
  for (std::size_t i = 0; i < columns; ++i) {
    const auto found = std::ranges::find(fields_, names[i]);
    if (found != fields_.end()) {
      place_[i] = static_cast<std::size_t>(found - fields_.begin());
    }
  }
}

bool SacctTable::next() {
  while (const auto line = lines_.next()) {
    if (line->empty()) {
      continue;
    }
    line_ = *line;
    split(line_);
    if (fields_.size() != width_) {
      lines_.fail("has " + std::to_string(fields_.size()) + " fields, the header has " +
                      std::to_string(width_),
                  "print it with sacct -P (--parsable2)");
    }
    return true;
  }
  return false;
}

void SacctTable::split(std::string_view line) {
  fields_.clear();
  std::size_t begin = 0;
  for (std::size_t bar = line.find('|'); bar != std::string_view::npos;
       bar = line.find('|', begin)) {
    fields_.push_back(line.substr(begin, bar - begin));
    begin = bar + 1;
  }
  fields_.push_back(line.substr(begin));
}

void SacctTable::fail(Column column, const std::string& what, const std::string& remedy) const {
  Where where = lines_.where();
  where.column = static_cast<int>((*this)[column].data() - line_.data()) + 1;
  throw InputError(where, std::string(name(column)) + ": " + what, remedy);
}

void SacctTable::fail_header(const std::string& what) const {
  throw InputError(lines_.where(), what, "name more columns with sacct --format");
}

}  // namespace berth
