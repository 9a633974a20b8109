package io.leek.log;

import java.util.regex.Pattern;

/** Takes passwords out of what is logged. */
final class Secrets {

    private static final String MASK = "******";

    private static final Pattern NAME = Pattern.compile("(?i)passw|pwd|secret|token|credential|api-?key");
    private static final Pattern USER_INFO = Pattern.compile("://([^/:@\\s]*):[^/\\s]*@");
    private static final String ASSIGNMENT = "(?i)((?:passw\\w*|pwd|secret|token|api-?key)=)";

    /** A parameter of a URL ends at the next one. */
    private static final Pattern IN_URL = Pattern.compile(ASSIGNMENT + "[^;&]*");

    /** Anything else may be part of a password. */
    private static final Pattern IN_TEXT = Pattern.compile(ASSIGNMENT + ".*");

    private Secrets() {}

    static String masked(String name, String value) {
        if (NAME.matcher(name).find()) {
            return MASK;
        }
        String masked = USER_INFO.matcher(value).replaceAll("://$1:" + MASK + "@");
        boolean isUrl = value.startsWith("jdbc:") || value.contains("://");
        return (isUrl ? IN_URL : IN_TEXT).matcher(masked).replaceAll("$1" + MASK);
    }
}
