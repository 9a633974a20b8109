package io.leek.spring.offload;

import io.leek.spring.offload.RegisteredTask.Parameter;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ParameterNameDiscoverer;
import tools.jackson.databind.JavaType;

/** The parameters and the result of a task method, their generics resolved against the bean's class. */
record TaskSignature(List<Parameter> parameters, JavaType returnType) {

    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    static TaskSignature of(Method method, Class<?> beanClass, LeekJson json) {
        @Nullable String @Nullable [] names = NAMES.getParameterNames(method);
        Type[] types = method.getGenericParameterTypes();
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            parameters.add(new Parameter(i, names == null ? null : names[i], resolve(types[i], beanClass, json)));
        }
        return new TaskSignature(List.copyOf(parameters), resolve(method.getGenericReturnType(), beanClass, json));
    }

    private static JavaType resolve(Type type, Class<?> beanClass, LeekJson json) {
        return json.type(GenericTypeResolver.resolveType(type, beanClass));
    }
}
