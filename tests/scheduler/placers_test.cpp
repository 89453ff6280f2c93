#include <doctest/doctest.h>

#include "scheduler/placer.hpp"
#include "tests/scheduler/pictures.hpp"

using namespace berth;
using namespace berth::testing;

TEST_CASE("first fit takes the lowest nodes with room") {
  CHECK(placed(first_fit(), tasks(1, 2), "aaa. .... aa..") == "aaa. ++.. aa..");
  CHECK(placed(first_fit(), tasks(2, 4), "a... .... .... ....") == "a... ++++ ++++ ....");
}

TEST_CASE("best fit takes the node with the fewest free GPUs that still has room") {
  CHECK(placed(best_fit(), tasks(1, 1), ".... aa.. aaa. aaaa") == ".... aa.. aaa+ aaaa");
  CHECK(placed(best_fit(), tasks(1, 2), ".... aaa. .a.a") == ".... aaa. +a+a");
}

TEST_CASE("best fit keeps whole nodes whole as long as it can") {
  CHECK(placed(best_fit(), tasks(2, 2), ".... a... .... bb..") == ".... a++. .... bb++");
}

TEST_CASE("worst fit takes the nodes with the most free GPUs") {
  CHECK(placed(worst_fit(), tasks(1, 1), "aa.. a... aaa.") == "aa.. a+.. aaa.");
  CHECK(placed(worst_fit(), tasks(2, 3), "a... .... b...") == "a+++ +++. b...");
}

TEST_CASE("of equals the lowest node is taken") {
  CHECK(placed(best_fit(), tasks(1, 1), ".... aa.. bb..") == ".... aa+. bb..");
  CHECK(placed(worst_fit(), tasks(1, 1), "aa.. .... ....") == "aa.. +... ....");
}

TEST_CASE("within a node the lowest free GPUs are taken") {
  CHECK(placed(first_fit(), tasks(1, 3), "a.a.a...") == "a+a+a+..");
}

TEST_CASE("a node takes several tasks of a job when it has room for them") {
  CHECK(placed(first_fit(), tasks(5, 1), "aa.. .... ....") == "aa++ +++. ....");
  CHECK(placed(best_fit(), tasks(5, 1), ".... .... aa..") == "+++. .... aa++");
  CHECK(placed(worst_fit(), tasks(3, 2), "aa.. .... ....") == "aa.. ++++ ++..");
}

TEST_CASE("a task is never spread over two nodes") {
  CHECK(placed(first_fit(), tasks(1, 3), "aa.. bb..") == "waits");
  CHECK(placed(best_fit(), tasks(1, 3), "aa.. bb..") == "waits");
  CHECK(placed(worst_fit(), tasks(1, 3), "aa.. bb..") == "waits");
  CHECK(placed(berth::random(), tasks(1, 3), "aa.. bb..") == "waits");
  CHECK(placed(contiguous(), tasks(1, 3), "aa.. bb..") == "waits");
}

TEST_CASE("a node that is out of service takes nothing") {
  CHECK(placed(first_fit(), tasks(1, 1), "#### ....") == "#### +...");
  CHECK(placed(best_fit(), tasks(1, 1), "#### ....") == "#### +...");
  CHECK(placed(worst_fit(), tasks(1, 1), "#### ....") == "#### +...");
  CHECK(placed(berth::random(), tasks(1, 1), "#### ....") == "#### +...");
  CHECK(placed(contiguous(), tasks(2, 4), ".... #### ....") == "waits");
}

TEST_CASE(
    "contiguous takes the shortest run of neighbours that is long enough, the lowest of equals") {
  CHECK(placed(contiguous(), tasks(2, 4), ".... .... .... aaaa .... .... aaaa .... ....") ==
        ".... .... .... aaaa ++++ ++++ aaaa .... ....");
  CHECK(placed(contiguous(), tasks(2, 4), ".... a... .... ....") == ".... a... ++++ ++++");
  CHECK(placed(contiguous(), tasks(2, 3), ".... a... .... ....") == "+++. a+++ .... ....");
}

TEST_CASE("contiguous waits when the free nodes are not neighbours") {
  CHECK(placed(contiguous(), tasks(2, 4), ".... a... ....") == "waits");
}

TEST_CASE("contiguous fills its nodes, and places a single task where it first fits") {
  CHECK(placed(contiguous(), tasks(2, 1), ".... ....") == "++.. ....");
  CHECK(placed(contiguous(), tasks(6, 1), ".... aaaa aaa. .... a...") ==
        ".... aaaa aaa+ ++++ a+..");
  CHECK(placed(contiguous(), tasks(3, 2), "aa.. .... aaaa ....") == "aa++ ++++ aaaa ....");
  CHECK(placed(contiguous(), tasks(4, 2), "aa.. .... aaaa ....") == "waits");
  CHECK(placed(contiguous(), tasks(1, 2), "aaa. aa..") == "aaa. aa++");
}

TEST_CASE("nodes need not be alike") {
  CHECK(placed(first_fit(), tasks(2, 4), ".. .... a... ........") == ".. ++++ a... ++++....");
  CHECK(placed(best_fit(), tasks(1, 2), "........ .... ..") == "........ .... ++");
  CHECK(placed(worst_fit(), tasks(1, 2), ".. .... ........") == ".. .... ++......");
}
