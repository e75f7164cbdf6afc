// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/rows.h"

namespace plan_test {
namespace {

constexpr Row kRows[] = {
    {"type", "date", "date(`2024`, `5`, `17`)"},
    {"type", "datetime", "datetime(`2024`, `5`, `17`, `10`, `30`, `5`, `6`)"},
    {"type", "time", "time(`10`, `30`, `5`, `6`)"},
    {"type", "timedelta",
     "timedelta(days=`1`, seconds=`2`, microseconds=`3`, milliseconds=`4`, minutes=`5`, "
     "hours=`6`, weeks=`7`)"},
    {"type", "timezone", "timezone(timedelta(hours=`2`), `\"X\"`)"},
    {"date|datetime", "weekday isoweekday isocalendar toordinal isoformat ctime", "$.%()"},
    {"date|datetime", "replace", "$.replace(year=`2023`, month=`4`, day=`3`)"},
    {"datetime|time", "replace", "$.replace(hour=`1`, minute=`2`)"},
    {"date|datetime|time", "strftime", "$.strftime(`\"%M\"`)"},
    {"datetime|time", "isoformat utcoffset tzname dst", "$.%()"},
    {"datetime", "date time timetz", "$.%()"},
    {"datetime", "astimezone",
     "$.replace(tzinfo=timezone.utc).astimezone(timezone(timedelta(hours=`2`)))"},
    {"datetime", "timestamp", "$.replace(tzinfo=timezone.utc).timestamp()"},
    {"timedelta", "total_seconds", "$.%()"},
    {"timezone", "utcoffset tzname dst", "$.%(None)"},
    {"date class", "fromisoformat", "date.fromisoformat(`\"2024-05-17\"`)"},
    {"date class", "fromordinal", "date.fromordinal(`738000`)"},
    {"date class", "fromisocalendar", "date.fromisocalendar(`2024`, `5`, `3`)"},
    {"datetime class", "fromisoformat", "datetime.fromisoformat(`\"2024-05-17\"`)"},
    {"datetime class", "combine", "datetime.combine(date(`2024`, 5, 17), time(`10`))"},
    {"datetime class", "strptime", "datetime.strptime(`\"2024\"`, `\"%Y\"`)"},
    {"datetime class", "utcfromtimestamp", "datetime.utcfromtimestamp(`1000`)"},
    {"datetime class", "fromtimestamp", "datetime.fromtimestamp(`1000`, timezone.utc)"},
    {"time class", "fromisoformat", "time.fromisoformat(`\"10:30\"`)"},
};

}  // namespace

std::span<const Row> moment_rows() { return kRows; }

}  // namespace plan_test
