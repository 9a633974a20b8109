package io.leek.spring.offload;

import io.leek.LeekException;
import java.util.List;
import java.util.stream.Collectors;

/** One or more {@code @LeekTask} methods can't be offloaded. The application does not start. */
public class InvalidTaskMethodException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidTaskMethodException(List<Problem> problems) {
        super(problems.stream().map(Problem::text).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, method by method. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * One fault of one method.
     *
     * @param method class and signature
     * @param reason what was found, continuing "@LeekTask method …"
     * @param action what to do about it, as a sentence
     */
    public record Problem(String method, String reason, String action) {

        String text() {
            return "@LeekTask method " + method + " " + reason + ". " + action;
        }
    }
}
