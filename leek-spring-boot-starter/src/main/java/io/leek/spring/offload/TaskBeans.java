package io.leek.spring.offload;

import io.leek.TaskCaptureException;
import java.util.function.Supplier;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;

/** Looks up the bean that a captured call is made on; a lazy one is made outside the capture. */
final class TaskBeans {

    private final BeanFactory beanFactory;

    TaskBeans(BeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    <T> T on(Class<T> type) {
        return found(() -> beanFactory.getBean(type), type);
    }

    <T> T on(String beanName, Class<T> type) {
        return found(() -> beanFactory.getBean(beanName, type), type);
    }

    private static <T> T found(Supplier<T> lookup, Class<T> type) {
        try {
            return Capture.suspended(lookup);
        } catch (NoUniqueBeanDefinitionException e) {
            throw refused(type, "there is more than one bean of that type. Use leek.on(\"name\", Type)", e);
        } catch (BeanNotOfRequiredTypeException e) {
            throw refused(type, "the bean is of another type. Ask for an interface where it has a JDK proxy", e);
        } catch (NoSuchBeanDefinitionException e) {
            throw refused(type, "there is no such bean. Ask for an interface where it has a JDK proxy", e);
        }
    }

    private static TaskCaptureException refused(Class<?> type, String reason, BeansException cause) {
        return new TaskCaptureException(
                "No bean to call for " + type.getName() + ": " + reason + ". Nothing was sent.", cause);
    }
}
