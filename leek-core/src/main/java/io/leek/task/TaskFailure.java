package io.leek.task;

import java.util.List;

/**
 * Why a task failed, or why its last attempt did.
 *
 * @param reason as {@link FailureReason#text()}
 * @param errtype the exception's class name; at most 100 characters
 * @param message at most 1000 characters
 * @param backtrace stack trace lines, at most 50 of 500 characters
 */
public record TaskFailure(String reason, String errtype, String message, List<String> backtrace) {

    /** Most characters of an error type that are kept. */
    public static final int MAX_ERRTYPE = 100;

    /** Most characters of a message that are kept. */
    public static final int MAX_MESSAGE = 1000;

    /** Most stack trace lines that are kept. */
    public static final int MAX_BACKTRACE = 50;

    /** Most characters of a stack trace line that are kept. */
    public static final int MAX_LINE = 500;

    public TaskFailure {
        errtype = cut(errtype, MAX_ERRTYPE);
        message = cut(message, MAX_MESSAGE);
        backtrace = backtrace.stream()
                .limit(MAX_BACKTRACE)
                .map(line -> cut(line, MAX_LINE))
                .toList();
    }

    public static TaskFailure of(FailureReason reason, String errtype, String message, List<String> backtrace) {
        return new TaskFailure(reason.text(), errtype, message, backtrace);
    }

    /** Type and message in one line. */
    public String summary() {
        return message.isEmpty() ? errtype : errtype + ": " + message;
    }

    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        // Half a surrogate pair is no character, and not every database takes it.
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }
}
