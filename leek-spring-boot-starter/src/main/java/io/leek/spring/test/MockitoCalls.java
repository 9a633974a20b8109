package io.leek.spring.test;

import io.leek.spring.offload.MockCalls;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.mockito.MockingDetails;
import org.mockito.Mockito;
import org.mockito.invocation.Invocation;
import org.springframework.aop.support.AopUtils;

/** Mocks made by Mockito. A spy behind a proxy is none of them: the proxy sees its calls. */
final class MockitoCalls implements MockCalls {

    @Override
    public boolean isMock(Object candidate) {
        return !AopUtils.isAopProxy(candidate)
                && Mockito.mockingDetails(candidate).isMock();
    }

    @Override
    public Watch watch(Collection<?> beans) {
        Map<MockingDetails, Integer> before = new IdentityHashMap<>();
        for (Object bean : beans) {
            if (isMock(bean)) {
                MockingDetails details = Mockito.mockingDetails(bean);
                before.put(details, details.getInvocations().size());
            }
        }
        return () -> since(before);
    }

    private static List<Method> since(Map<MockingDetails, Integer> before) {
        List<Method> calls = new ArrayList<>();
        before.forEach((details, count) -> details.getInvocations().stream()
                .skip(count)
                .map(Invocation::getMethod)
                .forEach(calls::add));
        return calls;
    }
}
