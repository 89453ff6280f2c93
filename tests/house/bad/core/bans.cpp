#include <random>           // breaks: bans
#include <unordered_map>    // breaks: bans
#include <source_location>  // breaks: bans

#include "core/bans.hpp"

namespace berth {

int draw() { return rand(); }                                   // breaks: bans
void seed() { std::srand(1); }                                  // breaks: bans
std::random_device device;                                      // breaks: bans
std::mt19937_64 engine;                                         // breaks: bans
std::uniform_int_distribution<int> die(1, 6);                   // breaks: bans
normal_distribution<double> bell;                               // breaks: bans
auto now() { return std::chrono::system_clock::now(); }         // breaks: bans
auto tick() { return std::chrono::steady_clock::now(); }        // breaks: bans
auto fine() { return std::chrono::high_resolution_clock(); }    // breaks: bans
auto epoch() { return time(nullptr); }                          // breaks: bans
auto epoch_too() { return std::time(&epoch_seconds); }          // breaks: bans
auto raw() { return clock_gettime(CLOCK_REALTIME, &spec); }     // breaks: bans
std::unordered_set<int> seen;                                   // breaks: bans
std::unordered_multimap<int, int> pairs;                        // breaks: bans
void promise(bool kept) { assert(kept); }                       // breaks: bans
double a(double x) { return std::log(x); }                      // breaks: bans
double b(double x) { return std::pow(x, 0.5) + std::sqrt(x); }  // breaks: bans
double c(double x) { return exp(x); }                           // breaks: bans
auto odd = numbers | std::views::filter(is_odd);                // breaks: bans
auto place = std::source_location::current();                   // breaks: bans

/* TODO the number is missing breaks: todos */
// FIXME soon breaks: todos

}  // namespace berth
