package org.jenkinsci.plugins.workflow.steps

/** As the pipeline engine has it: a build, or one of its steps, is interrupted. */
class FlowInterruptedException extends Exception {
    final List causes

    FlowInterruptedException(List causes) {
        super('interrupted')
        this.causes = causes
    }
}
