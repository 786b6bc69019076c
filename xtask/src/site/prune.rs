//! Takes out of the compiled program what it never runs.
//!
//! Every type-erased view carries, beside the code that takes over a page at once, the same
//! code once more for a page whose parts are still on their way (`hydrate_async`). Ours are
//! all there: `hydrate()` is never the waiting one. The compiler cannot see that through the
//! table of functions of an erased view, so the bodies are replaced by a trap here, and
//! wasm-opt then drops what only they had called.

use wasm_bindgen_cli_support::Bindgen;

use walrus::ir::{Instr, Unreachable};
use walrus::{FunctionKind, Module, ModuleConfig};

/// Part of the name of each function that takes over a page bit by bit. The functions are
/// those of the view library; a rename there shows as a program that is too big.
const NEVER_RUN: &str = "hydrate_async";

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A binding generator for the compiled program without what it never runs.
pub(super) fn input(compiled: &[u8], name: &str) -> Result<Bindgen, Fault> {
    let mut module = parse(compiled)?;
    if stub(&mut module, NEVER_RUN) == 0 {
        return Err(format!("no function named {NEVER_RUN} was found to be taken out").into());
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_module(name, module);
    Ok(bindgen)
}

/// A chunk without what it never runs.
pub(super) fn chunk(compiled: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut module = parse(compiled)?;
    stub(&mut module, NEVER_RUN);
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

/// Lets each function whose name contains `part` trap; returns how many there were.
fn stub(module: &mut Module, part: &str) -> usize {
    let mut stubbed = 0;
    for function in module.funcs.iter_mut() {
        let is_meant = function
            .name
            .as_deref()
            .is_some_and(|name| name.contains(part));
        if !is_meant {
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

    #[test]
    fn only_the_functions_meant_lose_their_body() {
        let mut module = Module::default();
        for name in ["view::hydrate", "view::hydrate_async"] {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            builder.name(name.to_owned()).func_body().i32_const(7);
            builder.finish(Vec::new(), &mut module.funcs);
        }

        assert_eq!(stub(&mut module, NEVER_RUN), 1);

        let body = |name: &str| {
            let id = module.funcs.by_name(name).unwrap();
            let local = module.funcs.get(id).kind.unwrap_local();
            local.block(local.entry_block()).instrs[0].0.clone()
        };
        assert!(matches!(body("view::hydrate"), Instr::Const(_)));
        assert!(matches!(body("view::hydrate_async"), Instr::Unreachable(_)));
    }
}
