//! Takes out of the compiled program what it never runs.
//!
//! Every type-erased view carries, beside the code that takes over a page at once, the same
//! code once more for a page whose parts are still on their way (`hydrate_async`). Ours are
//! all there: `hydrate()` is never the waiting one. The compiler cannot see that through the
//! table of functions of an erased view, so the bodies are replaced by a trap here, and
//! wasm-opt then drops what only they had called.
//!
//! Only the bodies of the futures are meant, not what makes or drops one: the compiler merges
//! functions of equal code under the name of one of them, and a small one named
//! `hydrate_async` may well serve others. The body of a future that calls one view's code is
//! like no other.

use wasm_bindgen_cli_support::Bindgen;

use walrus::ir::{Instr, Unreachable};
use walrus::{FunctionKind, Module, ModuleConfig};

/// How the name of each future that takes over a page bit by bit ends, but for its hash: the
/// compiler writes `hydrate_async::{{closure}}` like this. They are the view library's.
const NEVER_RUN: &str = "13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h";

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A binding generator for the compiled program without what it never runs.
pub(super) fn input(compiled: &[u8], name: &str) -> Result<Bindgen, Fault> {
    let mut module = parse(compiled)?;
    if stub(&mut module) == 0 {
        return Err("no future named hydrate_async was found to be taken out".into());
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_module(name, module);
    Ok(bindgen)
}

/// A chunk without what it never runs.
pub(super) fn chunk(compiled: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut module = parse(compiled)?;
    stub(&mut module);
    Ok(module.emit_wasm())
}

fn parse(compiled: &[u8]) -> Result<Module, Fault> {
    let mut config = ModuleConfig::new();
    // What the compiler made is sound; checking it again costs seconds.
    config
        .strict_validate(false)
        .generate_name_section(false)
        .generate_producers_section(false);
    Ok(config.parse(compiled)?)
}

/// Whether a function, by the name that the compiler gave it, is never run.
fn is_never_run(name: &str) -> bool {
    name.split_once(NEVER_RUN)
        .and_then(|(_, hash)| hash.strip_suffix('E'))
        .is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Lets each function that is never run trap; returns how many there are.
fn stub(module: &mut Module) -> usize {
    let mut stubbed = 0;
    for function in module.funcs.iter_mut() {
        if !function.name.as_deref().is_some_and(is_never_run) {
            continue;
        }
        if let FunctionKind::Local(local) = &mut function.kind {
            let entry = local.entry_block();
            let block = local.block_mut(entry);
            let place = block.instrs.first().map(|(_, place)| *place);
            block.instrs = vec![(
                Instr::Unreachable(Unreachable {}),
                place.unwrap_or_default(),
            )];
            stubbed += 1;
        }
    }
    stubbed
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, ValType};

    use super::*;

    /// The function that makes the future, the future's body, and what drops it.
    const NAMES: [&str; 3] = [
        "_ZN6tachys4view13hydrate_async17h0123456789abcdefE",
        "_ZN6tachys4view13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
        "_ZN4core3ptr57drop_in_place$LT$hydrate_async..$u7b$$u7b$closure$u7d$$u7d$$GT$17h0123456789abcdefE",
    ];

    #[test]
    fn only_the_bodies_of_the_futures_are_taken_out() {
        let mut module = Module::default();
        for name in NAMES {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            builder.name(name.to_owned()).func_body().i32_const(7);
            builder.finish(Vec::new(), &mut module.funcs);
        }

        assert_eq!(stub(&mut module), 1);

        let traps = NAMES.map(|name| {
            let id = module.funcs.by_name(name).unwrap();
            let local = module.funcs.get(id).kind.unwrap_local();
            let first = &local.block(local.entry_block()).instrs[0].0;
            matches!(first, Instr::Unreachable(_))
        });
        assert_eq!(traps, [false, true, false]);
    }
}
