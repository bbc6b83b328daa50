package hudson

/** As Jenkins has it: a step failed, and there is no need for a stack trace. */
class AbortException extends IOException {
    AbortException(String message) {
        super(message)
    }
}
