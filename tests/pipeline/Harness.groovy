/*
 * Runs the shared library's scripts with stand-ins for the steps of a pipeline, by the rules of the real ones:
 * `sh`, `writeFile` and the like work on an agent only, and nobody is asked while an agent is held. `sh` runs
 * a real shell. Reads a case as a line of JSON, answers with a line of JSON, until its input ends.
 */
import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic
import hudson.AbortException
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.customizers.ImportCustomizer
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

class UserInterruption { String userId }
class Rejection { Map user }
class ExceededTimeout { }
class AgentLost { }

class Steps {
    final Map given
    final GroovyShell shell
    final Binding binding = new Binding()
    final File library
    final List<Map> told = []
    final List<Map> environments = []
    final List<File> workspaces = []
    final Iterator answers
    final Iterator accidents
    int nodes = 0
    Map build

    Steps(Map given, File vars, ClassLoader parent) {
        this.given = given
        library = vars.parentFile
        answers = (given.inputs ?: []).iterator()
        accidents = (given.accidents ?: []).iterator()
        build = [number: 7, result: 'SUCCESS', description: null, displayName: '#7']
        CompilerConfiguration configuration = new CompilerConfiguration()
        configuration.addCompilationCustomizers(new ImportCustomizer().addImports('com.cloudbees.groovy.cps.NonCPS'))
        shell = new GroovyShell(parent, binding, configuration)
        offer()
        // A variable of the library is made when it is used first, as Jenkins does.
        vars.listFiles().findAll { it.name.endsWith('.groovy') }.sort { it.name }.each { File file ->
            binding.setVariable(file.name - '.groovy', new Variable(shell.parse(file)))
        }
    }

    void tell(Map what) { told << what }

    String variable(String name) {
        Map all = [:] + (given.env ?: [:]) + parameters()
        environments.each { all.putAll(it) }
        return all[name]
    }

    Map parameters() {
        (given.params ?: [:]).collectEntries { key, value -> [key, value == null ? '' : value.toString()] }
    }

    File here(String step) {
        if (workspaces.empty) {
            throw new IllegalStateException("${step} needs an agent: put it into a node")
        }
        return workspaces.last()
    }

    void offer() {
        binding.setVariable('params', given.params ?: [:])
        binding.setVariable('env', new Environment(this))
        binding.setVariable('currentBuild', new Build(this))
        binding.setVariable('error', { Object message -> throw new AbortException(message.toString()) })
        binding.setVariable('echo', { Object message -> tell(step: 'echo', text: message.toString()) })
        binding.setVariable('agent', { -> 'agent' })
        binding.setVariable('nonresumable', { -> 'nonresumable' })
        binding.setVariable('string', { Map one -> one })
        binding.setVariable('choice', { Map one -> one })
        binding.setVariable('file', { Map one -> one })
        binding.setVariable('gitUsernamePassword', { Map one -> one + [variable: 'GIT_ASKPASS'] })
        binding.setVariable('usernamePassword', { Map one -> one + [variable: one.passwordVariable] })
        binding.setVariable('libraryResource', { String path -> new File(library, "resources/${path}").text })
        binding.setVariable('retry', { Map how, Closure body -> again(how, body) })
        binding.setVariable('timeout', { Map how, Closure body -> body() })
        binding.setVariable('stage', { String name, Closure body -> tell(step: 'stage', text: name); body() })
        binding.setVariable('node', { String label, Closure body -> onNode(label, body) })
        binding.setVariable('withEnv', { List pairs, Closure body -> inEnvironment(pairs, body) })
        binding.setVariable('withCredentials', { List wanted, Closure body -> withSecrets(wanted, body) })
        binding.setVariable('writeFile', { Map what -> new File(here('writeFile'), what.file).text = what.text })
        binding.setVariable('readFile', { String path -> new File(here('readFile'), path).text })
        binding.setVariable('fileExists', { String path -> new File(here('fileExists'), path).exists() })
        binding.setVariable('sh', { Map how -> run(how) })
        binding.setVariable('checkout', { Object what -> clone(what) })
        binding.setVariable('scm', 'scm')
        binding.setVariable('input', { Map question -> ask(question) })
        binding.setVariable('archiveArtifacts', { Map what -> here('archiveArtifacts'); tell(step: 'archive', text: what.artifacts) })
        binding.setVariable('jobDsl', { Map what -> makeJobs(what) })
        binding.setVariable('publish', { Map what -> tell(step: 'publish', text: what.text) })
    }

    Object again(Map how, Closure body) {
        int left = how.count
        while (true) {
            try {
                return body()
            } catch (FlowInterruptedException lost) {
                if (!lost.causes.any { it instanceof AgentLost } || !('agent' in how.conditions) || --left <= 0) {
                    throw lost
                }
                tell(step: 'retry')
            }
        }
    }

    Object onNode(String label, Closure body) {
        if (!workspaces.empty) {
            throw new IllegalStateException('a node within a node holds two agents')
        }
        File workspace = new File(given.workspace as String, "agent-${++nodes}")
        workspace.mkdirs()
        workspaces << workspace
        tell(step: 'node', text: label)
        try {
            return body()
        } finally {
            workspaces.pop()
        }
    }

    Object inEnvironment(List pairs, Closure body) {
        environments << pairs.collectEntries { pair ->
            int split = pair.indexOf('=')
            [pair.substring(0, split), pair.substring(split + 1)]
        }
        try {
            return body()
        } finally {
            environments.pop()
        }
    }

    Object withSecrets(List wanted, Closure body) {
        List pairs = wanted.collect { "${it.variable}=${given.credentials[it.credentialsId]}".toString() }
        tell(step: 'withCredentials', text: wanted*.credentialsId.join(' '))
        return inEnvironment(pairs, body)
    }

    Object ask(Map question) {
        if (!workspaces.empty) {
            throw new IllegalStateException('nobody is to be asked while an agent is held')
        }
        tell(step: 'input', text: question.message, submitter: question.submitter)
        if (!answers.hasNext()) {
            throw new IllegalStateException("nobody is there to answer: ${question.message}")
        }
        Map answer = answers.next()
        if (answer.reject) {
            throw new FlowInterruptedException([new Rejection(user: [id: answer.reject])])
        }
        if (answer.abort) {
            throw new FlowInterruptedException([new UserInterruption(userId: answer.abort)])
        }
        if (answer.late) {
            throw new FlowInterruptedException([new ExceededTimeout()])
        }
        if (answer.before) {
            shellCommand(answer.before, new File(given.workspace as String), [:])
        }
        Map filled = question.parameters.collectEntries { [it.name, answer[it.name.toLowerCase()] ?: it.defaultValue] }
        return filled + [(question.submitterParameter): answer.approver]
    }

    /** Runs a script of Job DSL, and tells which jobs it makes, with their parameters and what they run. */
    void makeJobs(Map what) {
        here('jobDsl')
        Recorder recorder = new Recorder()
        Script script = new GroovyShell(this.class.classLoader, new Binding(what.additionalParameters)).parse(what.scriptText)
        script.metaClass.methodMissing = { String name, Object given -> recorder.invokeMethod(name, given) }
        script.run()
        tell(step: 'jobDsl', calls: recorder.calls)
    }

    /** Brings what is proposed into the workspace, as the git plugin does. */
    void clone(Map what) {
        String script = 'git init -q . && git fetch -q "$URL" "$SPEC" && git checkout -q refs/remotes/origin/proposed'
        Map from = what.userRemoteConfigs[0]
        Map done = shellCommand(script, here('checkout'), whole() + [URL: from.url, SPEC: from.refspec])
        tell(step: 'checkout', status: done.status, err: done.err)
        if (done.status != 0) {
            throw new AbortException("git: ${done.err}")
        }
    }

    Object run(Map how) {
        if (!(how.script instanceof String)) {
            throw new IllegalStateException("a command is made of a value: ${how.script}")
        }
        Map accident = accidents.hasNext() ? accidents.next() : [:]
        if (accident.before) {
            tell(step: 'lost', text: how.label)
            throw interruption(accident.before)
        }
        Map done = shellCommand(how.script, here('sh'), whole())
        tell([step: 'sh', label: how.label, script: how.script, status: done.status, out: done.out, err: done.err])
        if (accident.after) {
            tell(step: 'lost', text: how.label)
            throw interruption(accident.after)
        }
        if (how.returnStatus) {
            return done.status
        }
        if (done.status != 0) {
            throw new AbortException("script returned exit code ${done.status}")
        }
        return how.returnStdout ? done.out : null
    }

    Exception interruption(Object kind) {
        return new FlowInterruptedException([kind == 'agent' ? new AgentLost() : new UserInterruption(userId: kind)])
    }

    Map whole() {
        Map all = [:] + (given.env ?: [:]) + parameters()
        environments.each { all.putAll(it) }
        return all
    }

    Map shellCommand(String script, File folder, Map environment) {
        ProcessBuilder builder = new ProcessBuilder('/bin/sh', '-e', '-c', script)
        builder.directory(folder)
        Map place = builder.environment()
        place.keySet().retainAll(['PATH', 'LANG', 'LC_ALL', 'TMPDIR'])
        environment.each { key, value -> place.put(key.toString(), value.toString()) }
        Process process = builder.start()
        StringBuffer out = new StringBuffer(), err = new StringBuffer()
        process.waitForProcessOutput(out, err)
        return [status: process.exitValue(), out: out.toString(), err: err.toString()]
    }
}

/** Takes any call of a domain's own language, and those within its blocks. */
class Recorder {
    final List calls = []

    Object invokeMethod(String name, Object given) {
        List arguments = (given as Object[]).toList()
        List plain = arguments.findAll { !(it instanceof Closure) && it != null }.collect { it instanceof List ? it : it.toString() }
        Closure body = arguments.find { it instanceof Closure }
        Map call = [call: name, with: plain, within: []]
        calls << call
        if (body != null) {
            Recorder inner = new Recorder()
            Closure own = body.clone()
            own.delegate = inner
            own.resolveStrategy = Closure.DELEGATE_FIRST
            own.call()
            call.within = inner.calls
        }
        return null
    }
}

/** A script of `vars/`: called as a step, or by one of its methods. */
class Variable {
    final Script script

    Variable(Script script) { this.script = script }

    Object call(Object... given) { script.invokeMethod('call', given) }

    Object invokeMethod(String name, Object given) { script.invokeMethod(name, given) }
}

class Environment {
    final Steps steps

    Environment(Steps steps) { this.steps = steps }

    Object getProperty(String name) { name == 'steps' ? this.@steps : this.@steps.variable(name) }
}

class Build {
    final Steps steps

    Build(Steps steps) { this.steps = steps }

    List getBuildCauses(String kind = null) {
        List causes = this.@steps.given.causes ?: []
        return kind == null ? causes : causes.findAll { it._class == kind }
    }

    Object getProperty(String name) { this.@steps.build[name] }

    void setProperty(String name, Object value) { this.@steps.build[name] = value }
}

PrintStream answers = System.out
System.setOut(System.err)
File vars = new File(args[0])
System.in.eachLine('UTF-8') { String line ->
    Map given = (Map) new JsonSlurperClassic().parseText(line)
    Steps steps = null
    Map done
    try {
        steps = new Steps(given, vars, this.class.classLoader)
        Object value = given.script ? steps.shell.parse(given.script).run() : steps.binding.getVariable(given.job).call()
        done = [result: steps.build.result ?: 'SUCCESS', value: value instanceof Serializable ? value : null]
    } catch (FlowInterruptedException interrupted) {
        done = [result: 'ABORTED', why: interrupted.message]
    } catch (AbortException failed) {
        done = [result: 'FAILURE', why: failed.message]
    } catch (Throwable fault) {
        StringWriter trace = new StringWriter()
        fault.printStackTrace(new PrintWriter(trace))
        done = [result: 'DEFECT', why: trace.toString()]
    }
    done += [steps: steps?.told, description: steps?.build?.description]
    answers.println(JsonOutput.toJson(done))
    answers.flush()
}
