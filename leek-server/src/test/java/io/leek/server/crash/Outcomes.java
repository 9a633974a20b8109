package io.leek.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.crash.Runs.Run;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is in the tables once all is over, held against what was promised and what the workers wrote down. */
final class Outcomes {

    private final List<String> queued;
    private final List<String> succeeded;
    private final List<String> failed;
    private final List<String> otherReasons;

    Outcomes(JdbcTemplate sql) {
        queued = jids(sql, "SELECT jid FROM leek.queued_task");
        succeeded = jids(sql, "SELECT jid FROM leek.success_task");
        failed = jids(sql, "SELECT jid FROM leek.failed_task");
        otherReasons = jids(sql, "SELECT jid FROM leek.failed_task WHERE reason <> 'exception'");
    }

    private static List<String> jids(JdbcTemplate sql, String select) {
        return sql.queryForList(select, String.class);
    }

    /** @return how many tasks ran more than once, each time but one because of a kill */
    long check(Set<String> acknowledged, Map<String, List<Run>> runs, String as) {
        assertThat(queued).as("left in the queue, " + as).isEmpty();
        Set<String> finished = new HashSet<>(succeeded);
        finished.addAll(failed);
        assertThat(finished.size()).as("in two tables, " + as).isEqualTo(succeeded.size() + failed.size());
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(finished);
        assertThat(lost).as("acknowledged and lost, " + as).isEmpty();
        assertThat(failed).as("failed, " + as).allMatch(jid -> Pushed.name(jid).equals(CrashWorker.FAILING));
        assertThat(succeeded).as("succeeded, " + as).noneMatch(jid -> Pushed.name(jid)
                .equals(CrashWorker.FAILING));
        assertThat(otherReasons).as("failed without having thrown, " + as).isEmpty();
        return checkRuns(finished, runs, as);
    }

    private static long checkRuns(Set<String> finished, Map<String, List<Run>> runs, String as) {
        Map<String, Long> unexplained = new HashMap<>();
        Set<String> neverRun = new HashSet<>(finished);
        Set<String> confirmedAndGone = new HashSet<>();
        runs.forEach((jid, its) -> {
            long whole = its.stream().filter(run -> !run.isCutOff()).count();
            if (whole > 1) {
                unexplained.put(jid, whole);
            }
            if (its.stream().anyMatch(Run::hasEnded)) {
                neverRun.remove(jid);
            }
            if (its.stream().anyMatch(Run::isConfirmed) && !finished.contains(jid)) {
                confirmedAndGone.add(jid);
            }
        });
        assertThat(unexplained).as("ran again without a kill, " + as).isEmpty();
        assertThat(neverRun).as("finished without having run, " + as).isEmpty();
        assertThat(confirmedAndGone)
                .as("confirmed to the worker and lost, " + as)
                .isEmpty();
        return runs.values().stream().filter(its -> its.size() > 1).count();
    }
}
