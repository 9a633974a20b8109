package io.leek.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void aPeerThatIsFasterIsListedAsALoss() {
        String report = report(result(Contenders.LEEK, 100), result(Contenders.JOBRUNR, 400));

        assertThat(report)
                .contains("| JobRunr | – | 400 · 0.25 × |")
                .contains("- Bulk, PostgreSQL, tasks/s: JobRunr 0.25 ×");
    }

    @Test
    void theFloorIsNoPeerToLoseAgainst() {
        assertThat(report(result(Contenders.LEEK, 100), result(Contenders.JDBC, 400)))
                .contains("| plain JDBC | – | 400 · 0.25 × |")
                .contains("Nowhere in this run.");
    }

    @Test
    void aTargetThatIsMissedSaysSo() {
        assertThat(report(result(Contenders.LEEK, 100), result(Contenders.JOBRUNR, 50)))
                .contains("| Bulk of 1,000 beside JobRunr, PostgreSQL | 3.00 | 2.00 (2.00–2.00) | **no** |");
    }

    @Test
    void whatPeopleWroteAroundTheFiguresStays() {
        String once = Document.with("# Benchmarks\n", "old");
        String twice = Document.with(once + "\nFound by profiling.\n", "new");

        assertThat(twice)
                .startsWith("# Benchmarks\n")
                .contains("new")
                .doesNotContain("old")
                .endsWith("\nFound by profiling.\n");
    }

    private static String report(Result... results) {
        return new Report(Map.of("Kernel", "Linux"), new Figures(List.of(results))).markdown();
    }

    private static Result result(Contenders contender, double rate) {
        return new Result(1, new Subject(Measures.BULK, Store.POSTGRESQL, contender), Map.of("per_s", rate), null);
    }
}
