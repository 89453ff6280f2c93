#include <doctest/doctest.h>
#include <unordered_map>
// TODO tests need the number, too. breaks: todos
