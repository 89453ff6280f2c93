#include "app/yaml_settings.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "app/yaml_text.hpp"
#include "app/yaml_words.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"

namespace berth {
namespace {

constexpr std::size_t longest_key = 200;

struct Source {
  const std::string& text;  // without a byte order mark, so that marks are positions in it
  const std::string& name;
  Places places;
};

Where where(const Source& source, const YAML::Mark& mark) {
  if (source.places == Places::none || mark.is_null()) {
    return {source.name};
  }
  return {source.name, mark.line + 1, mark.column + 1};
}

char byte_at(const Source& source, const YAML::Mark& mark) {
  const auto at = static_cast<std::size_t>(std::max(mark.pos, 0));
  return at < source.text.size() ? source.text[at] : '\0';
}

// The parser takes the end of the file for a closing quote.
bool closes_quote(const Source& source, const YAML::Mark& mark) {
  const char quote = byte_at(source, mark);
  const std::string_view text = source.text;
  for (auto i = static_cast<std::size_t>(mark.pos) + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) {
        return true;
      }
      ++i;  // '' is a quote within single quotes
    }
  }
  return false;
}

// Fills a tree as the parser walks through the document, so that nothing is built that is then
// refused, and no alias is ever followed.
class Builder final : public YAML::EventHandler {
 public:
  Builder(SettingNode& root, Source source) : root_(root), source_(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      const bool marked = byte_at(source_, mark) == '-' && mark.column == 0;
      throw InputError(
          where(source_, mark),
          marked ? "a second document begins here" : "does not belong to what is above",
          "a config is one document, a map of keys");
    }
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override { fail_anchor(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { fail_anchor(mark); }
  [[noreturn]] void fail_anchor(const YAML::Mark& mark) {
    fail(mark, "anchors and aliases are not supported", "write the value out");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (skipped_depth_ > 0) {
      return;
    }
    if (wants_key()) {
      fail(mark, "a key must be a text, is empty");
    }
    SettingNode& node = begin_value(mark);
    const std::size_t colon = node.key.find(':');
    if (node.key_line > 0) {
      node.where = key_place(node);  // the mark of nothing is somewhere below
    }
    if (colon != node.key.npos && !open_.empty() && !open_.back().quoted_key) {
      fail_at(node, node.where, "has no value", "write a space after the colon");
    }
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    const char first = byte_at(source_, mark);
    check_tag(mark, tag == "!" && first != '!' ? "?" : tag);
    const bool in_quotes = tag == "!" && (first == '"' || first == '\'');
    if (in_quotes && !closes_quote(source_, mark)) {
      fail(mark, "the quote is not closed", "end the text with the quote it began with");
    }
    if (value.find('\0') != value.npos) {
      fail(mark, "a text must not hold a NUL character");
    }
    if (skipped_depth_ > 0) {
      return;
    }
    if (wants_key()) {
      return on_key(mark, value, tag == "!");
    }
    SettingNode& node = begin_value(mark);
    node.kind = SettingNode::Kind::scalar;
    node.scalar = value;
    node.quoted = tag == "!";
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, SettingNode::Kind::list);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, SettingNode::Kind::map);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  // The innermost '[' or '{' that is not closed yet, if any.
  [[nodiscard]] std::optional<YAML::Mark> open_bracket() const {
    const auto found = std::find_if(brackets_.rbegin(), brackets_.rend(), [&](const auto& mark) {
      return byte_at(source_, mark) == '[' || byte_at(source_, mark) == '{';
    });
    return found == brackets_.rend() ? std::nullopt : std::optional(*found);
  }

 private:
  // A map or list that is not finished.
  struct Open {
    SettingNode* node;
    bool has_key = false;  // of a map: its last child still waits for its value
    bool quoted_key = false;
    std::map<std::string_view, const SettingNode*> keys = {};
  };

  [[nodiscard]] bool wants_key() const {
    return !open_.empty() && open_.back().node->kind == SettingNode::Kind::map &&
           !open_.back().has_key;
  }

  // The value that is being read, for the path in messages.
  [[nodiscard]] const SettingNode& current() const {
    if (open_.empty()) {
      return root_;
    }
    const Open& last = open_.back();
    return last.has_key ? *last.node->children.back() : *last.node;
  }

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& what,
                         const std::string& remedy = {}) const {
    fail_at(current(), where(source_, mark), what, remedy);
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?") {
      fail(mark, "tags are not supported", "write the value without its !tag");
    }
  }

  void on_key(const YAML::Mark& mark, const std::string& key, bool quoted) {
    Open& map = open_.back();
    if (key == "<<" && !quoted) {
      fail(mark, "merge keys are not supported", "write the keys out");
    }
    const auto control = [](char byte) { return static_cast<unsigned char>(byte) < 0x20; };
    if (key.empty() || key.size() > longest_key || std::any_of(key.begin(), key.end(), control)) {
      fail(mark, fmt::format("a key must be one line of 1 to {} characters", longest_key));
    }
    SettingNode& child = add_child(*map.node, key);
    child.where = where(source_, mark);
    child.key_line = child.where.line;
    child.key_column = child.where.column;
    const auto [first, added] = map.keys.emplace(child.key, &child);
    if (!added) {
      const int line = first->second->key_line;
      fail_at(
          child, child.where,
          line > 0 ? fmt::format("is written twice, first in line {}", line) : "is written twice",
          "keep one of them");
    }
    map.has_key = true;
    map.quoted_key = quoted;
  }

  SettingNode& begin_value(const YAML::Mark& mark) {
    if (++nodes_ > yaml_nodes_max) {
      throw InputError(where(source_, mark),
                       fmt::format("holds more than {} values", yaml_nodes_max),
                       "describe repetition by counts; large tables are traces");
    }
    SettingNode* node = &root_;
    if (!open_.empty()) {
      Open& last = open_.back();
      node = last.has_key ? last.node->children.back().get() : &add_child(*last.node);
      last.has_key = false;
    }
    node->where = where(source_, mark);
    return *node;
  }

  // An open bracket can look like a key until the end of the file. So a map or list as a key is
  // passed over and refused at its end, unless the parser finds the bracket unclosed first.
  void open(const YAML::Mark& mark, const std::string& tag, SettingNode::Kind kind) {
    check_tag(mark, tag);
    brackets_.push_back(mark);
    if (open_.size() + skipped_depth_ >= static_cast<std::size_t>(yaml_depth_max)) {
      throw InputError(where(source_, mark),
                       fmt::format("is nested deeper than {}", yaml_depth_max));
    }
    if (skipped_depth_ > 0 || wants_key()) {
      skipped_ = skipped_depth_ == 0 ? mark : skipped_;
      ++skipped_depth_;
      return;
    }
    SettingNode& node = begin_value(mark);
    node.kind = kind;
    open_.push_back({&node});
  }

  void close() {
    brackets_.pop_back();
    if (skipped_depth_ == 0) {
      open_.pop_back();
    } else if (--skipped_depth_ == 0) {
      fail(skipped_, "a key must be a text, is a map or a list");
    }
  }

  SettingNode& root_;
  Source source_;
  std::vector<Open> open_;
  int documents_ = 0;
  int nodes_ = 0;
  std::size_t skipped_depth_ = 0;  // how deep within a key that is a map or a list
  YAML::Mark skipped_;
  std::vector<YAML::Mark> brackets_;  // where each unfinished map and list begins
};

bool tab_indents(const Source& source, const YAML::Mark& mark) {
  const std::string_view text = source.text;
  const auto at = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text.size());
  const std::size_t newline = at == 0 ? text.npos : text.rfind('\n', at - 1);
  const std::size_t start = newline == text.npos ? 0 : newline + 1;
  const std::string_view line = text.substr(start, text.find('\n', start) - start);
  return line.substr(0, line.find_first_not_of(" \t")).find('\t') != line.npos;
}

// The parser notices an open bracket at the end of the file, or sometimes at its beginning; the
// reader wants to know which bracket.
void blame_bracket(const YAML::Exception& error, const Source& source, const Builder& builder) {
  const std::string_view text = source.text;
  const auto at = std::min(static_cast<std::size_t>(std::max(error.mark.pos, 0)), text.size());
  const bool at_an_end = at == 0 || text.find_first_not_of(" \r\n", at) == text.npos;
  const auto bracket = builder.open_bracket();
  if (at_an_end && bracket && error.msg.find("flow not found") != error.msg.npos) {
    throw InputError(where(source, *bracket),
                     fmt::format("this '{}' is not closed", byte_at(source, *bracket)));
  }
}

[[noreturn]] void rethrow(const YAML::Exception& error, const Source& source,
                          const Builder& builder) {
  blame_bracket(error, source, builder);
  if (tab_indents(source, error.mark)) {
    throw InputError(where(source, error.mark), "a tab cannot indent", "indent with spaces");
  }
  const ParseWords words = in_our_words(error.msg);
  throw InputError(where(source, error.mark), words.what, words.remedy);
}

void parse(const Source& source, SettingNode& root) {
  std::istringstream in(source.text);
  Builder builder(root, source);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    rethrow(error, source, builder);
  }
}

}  // namespace

SettingsTree load_yaml_file(const std::string& path) {
  return load_yaml_text(read_text_file(path, yaml_bytes_max), path);
}

SettingsTree load_yaml_text(const std::string& text, const std::string& name, Places places) {
  const bool marked = text.starts_with("\xEF\xBB\xBF");
  const std::string body = marked ? text.substr(3) : text;
  check_yaml_text(body, name, places);
  SettingsTree tree;
  tree.node().where = {name};
  parse({body, name, places}, tree.node());
  if (tree.node().kind == SettingNode::Kind::null) {
    throw InputError({name}, "is empty", "write keys and values");
  }
  return tree;
}

}  // namespace berth
