package io.leek.spring.offload;

import org.springframework.util.ClassUtils;

/** Whether the application has what its own transactions take part with. */
final class TransactionSupport {

    /** Spring's transactions. */
    static final boolean HAS_TRANSACTIONS =
            isThere("org.springframework.transaction.interceptor.TransactionAspectSupport");

    /** And its JDBC. */
    static final boolean HAS_JDBC = HAS_TRANSACTIONS && isThere("org.springframework.jdbc.core.JdbcTemplate");

    private TransactionSupport() {}

    private static boolean isThere(String name) {
        return ClassUtils.isPresent(name, TransactionSupport.class.getClassLoader());
    }
}
