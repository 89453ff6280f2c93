#include <string>  // breaks: headers
#pragma once
