package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleBinaryOperator;

/** The results of all rounds. */
final class Figures {

    private final List<Result> results;

    Figures(List<Result> results) {
        this.results = List.copyOf(results);
    }

    Optional<Spread> spread(Figure figure) {
        return Spread.of(results.stream()
                .filter(figure::isIn)
                .flatMap(result -> Optional.ofNullable(result.figures().get(figure.name())).stream())
                .toList());
    }

    /** Compares two figures of the same round, round by round; rounds that lack one are left out. */
    Optional<Spread> compare(Figure first, Figure second, DoubleBinaryOperator comparison) {
        List<Double> compared = new ArrayList<>();
        int rounds = results.stream().mapToInt(Result::round).max().orElse(0);
        for (int round = 1; round <= rounds; round++) {
            OptionalDouble one = inRound(round, first);
            OptionalDouble other = inRound(round, second);
            if (one.isPresent() && other.isPresent()) {
                compared.add(comparison.applyAsDouble(one.getAsDouble(), other.getAsDouble()));
            }
        }
        return Spread.of(compared);
    }

    boolean has(Measures measure) {
        return results.stream().anyMatch(result -> result.subject().measure() == measure);
    }

    /** Who took part at all. */
    List<Contenders> contenders() {
        return results.stream()
                .map(result -> result.subject().contender())
                .distinct()
                .sorted()
                .toList();
    }

    List<Result> failures() {
        return results.stream().filter(result -> result.failure() != null).toList();
    }

    private OptionalDouble inRound(int round, Figure figure) {
        return results.stream()
                .filter(result -> result.round() == round && figure.isIn(result))
                .flatMap(result -> Optional.ofNullable(result.figures().get(figure.name())).stream())
                .mapToDouble(Double::doubleValue)
                .findFirst();
    }

    /** Which figure is meant. */
    record Figure(Subject subject, String name) {

        static Figure of(Measures measure, Store store, Contenders contender, String name) {
            return new Figure(new Subject(measure, store, contender), name);
        }

        boolean isIn(Result result) {
            return result.subject().equals(subject);
        }
    }
}
