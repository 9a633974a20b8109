package io.leek.benchmarks;

import io.leek.benchmarks.Figures.Figure;
import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The figures as Markdown. */
final class Report {

    private static final List<List<Store>> DATABASES =
            List.of(List.of(Store.POSTGRESQL), List.of(Store.H2, Store.H2_WRITE_THROUGH));

    private final Map<String, String> machine;
    private final Figures figures;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, List<String>> losses = new LinkedHashMap<>();

    /** @param machine where, when and on what it was measured */
    Report(Map<String, String> machine, Figures figures) {
        this.machine = machine;
        this.figures = figures;
    }

    String markdown() {
        line("## Machine and settings");
        line("");
        row("what", "");
        row("---", "---");
        machine.forEach(this::row);
        figures.contenders().forEach(contender -> row(contender.title(), contender.settings()));
        line("");
        targets();
        for (Section section : Section.ALL) {
            if (figures.has(section.measure())) {
                section(section);
            }
        }
        losses();
        failures();
        return text.toString();
    }

    private void targets() {
        line("## What it is to reach");
        line("");
        row("measure", "at least", "reached, median (all rounds)", "");
        row("---", "---", "---", "---");
        for (Targets.Target target : Targets.ALL) {
            figures.compare(
                            target.comparison().first(),
                            target.comparison().second(),
                            target.comparison().operator())
                    .ifPresent(spread -> row(
                            target.text(),
                            (target.bound().isAtLeast() ? "" : "at most ")
                                    + number(target.bound().limit()),
                            "%s (%s–%s)".formatted(number(spread.median()), number(spread.min()), number(spread.max())),
                            target.bound().isMet(spread.median()) ? "yes" : "**no**"));
        }
        line("");
    }

    private void section(Section section) {
        line("## " + section.title());
        line("");
        line(section.explanation());
        line("");
        for (List<Store> stores : DATABASES) {
            List<List<String>> rows = new ArrayList<>();
            for (Contenders contender : figures.contenders()) {
                for (Store store : stores) {
                    cells(section, store, contender).ifPresent(rows::add);
                }
            }
            if (!rows.isEmpty()) {
                List<String> heading = new ArrayList<>(List.of(stores.get(0).title()));
                section.columns().forEach(column -> heading.add(column.heading()));
                row(heading.toArray(String[]::new));
                row(heading.stream().map(column -> "---").toArray(String[]::new));
                rows.forEach(cells -> row(cells.toArray(String[]::new)));
                line("");
            }
        }
    }

    private Optional<List<String>> cells(Section section, Store store, Contenders contender) {
        String name = contender.title() + (store == Store.H2_WRITE_THROUGH ? ", `WRITE_DELAY=0`" : "");
        List<String> cells = new ArrayList<>(List.of(name));
        boolean isEmpty = true;
        for (Column column : section.columns()) {
            Figure figure = Figure.of(section.measure(), store, contender, column.figure());
            Optional<Spread> spread = figures.spread(figure);
            isEmpty &= spread.isEmpty();
            cells.add(spread.map(column::format).orElse("–") + advantage(section, column, figure, name));
        }
        return isEmpty ? Optional.empty() : Optional.of(cells);
    }

    private String advantage(Section section, Column column, Figure figure, String name) {
        if (figure.subject().contender() == Contenders.LEEK || !column.isCompared()) {
            return "";
        }
        Store store = figure.subject().store() == Store.H2_WRITE_THROUGH
                ? Store.H2
                : figure.subject().store();
        Figure leek = Figure.of(section.measure(), store, Contenders.LEEK, column.figure());
        Optional<Spread> advantage = figures.compare(leek, figure, column::advantage);
        advantage
                .filter(spread ->
                        spread.median() < 1 && figure.subject().contender().isPeer())
                .ifPresent(spread -> losses.computeIfAbsent(
                                "%s, %s, %s".formatted(section.title(), store.title(), column.heading()),
                                loss -> new ArrayList<>())
                        .add(name + " " + Column.times(spread.median())));
        return advantage.map(spread -> " · " + Column.times(spread.median())).orElse("");
    }

    private void losses() {
        line("## Where Leek is behind");
        line("");
        losses.forEach((figure, peers) -> line("- " + figure + ": " + String.join("; ", peers)));
        if (losses.isEmpty()) {
            line("Nowhere in this run.");
        }
        line("");
    }

    private void failures() {
        List<Result> failures = figures.failures();
        if (!failures.isEmpty()) {
            line("## What failed");
            line("");
            failures.forEach(
                    result -> line("- Round %d, %s: %s".formatted(result.round(), result.subject(), result.failure())));
            line("");
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.0f", value);
    }

    private void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
