// Settings for tests, written as a config shows them: flow("{kind: swf, file: x, sizes: {1: 50}}").
// Every value stands in line 1 of c.yaml, so that messages say "c.yaml:1: key: ...".
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/settings_tree.hpp"

namespace berth::testing {

class FlowReader {
 public:
  explicit FlowReader(std::string_view text) : text_(text) {}

  void read(SettingNode& node) {
    node.where = {"c.yaml", 1, 0};
    skip_blanks();
    if (take('{')) {
      node.kind = SettingNode::Kind::map;
      while (!take('}')) {
        const std::string key = word(":");
        require(take(':'));
        read(add_child(node, key));
        require(take(',') || peek('}'));
      }
    } else if (take('[')) {
      node.kind = SettingNode::Kind::list;
      while (!take(']')) {
        read(add_child(node));
        require(take(',') || peek(']'));
      }
    } else {
      node.kind = SettingNode::Kind::scalar;
      node.scalar = word(",}]");
    }
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) {
      ++at_;
    }
  }
  bool peek(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool take(char c) {
    const bool there = peek(c);
    at_ += there ? 1U : 0U;
    return there;
  }
  static void require(bool well_formed) {
    if (!well_formed) {
      throw std::logic_error("a test's settings are malformed");
    }
  }
  std::string word(std::string_view ends) {
    skip_blanks();
    const std::size_t end = std::min(text_.find_first_of(ends, at_), text_.size());
    std::string found(text_.substr(at_, end - at_));
    at_ = end;
    return found.substr(0, found.find_last_not_of(' ') + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

inline SettingsTree flow(std::string_view text) {
  SettingsTree tree;
  FlowReader(text).read(tree.node());
  return tree;
}

}  // namespace berth::testing
